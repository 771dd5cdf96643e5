/** What is worth keeping of who tried or changed something. */
export type AuditEvent =
  | 'account.registered'
  | 'account.registered-again'
  | 'account.disabled'
  | 'account.enabled'
  | 'admin.created'
  | 'keys.rotated'
  | 'login.failed'
  | 'login.locked'
  | 'login.succeeded'
  | 'password.changed'
  | 'role.permissions-changed'
  | 'roles.changed'
  | 'service-key.registered'
  | 'session.ended'
  | 'session.token-reused';

export interface AuditEntry {
  readonly event: AuditEvent;
  /** Whom or what it happened to: an account's id, a role, a kid. Empty where the e-mail address is of nobody. */
  readonly subject: string;
  /** Who did it: a subject, `cli:<name>`, or empty for somebody unknown. */
  readonly actor: string;
  readonly address?: string;
  /** Never a secret, never an e-mail address. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface StoredAuditEntry extends AuditEntry {
  readonly id: bigint;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The audit log. Changes of other stores write their rows in their own transactions. */
export interface AuditLog {
  record(entry: AuditEntry): Promise<void>;
  /** The newest first, those before `before`. */
  list(limit: number, before?: bigint): Promise<readonly StoredAuditEntry[]>;
  /** Deletes rows older than `keep` milliseconds, at most `limit`. Answers how many. */
  purge(keep: number, limit: number): Promise<number>;
}
