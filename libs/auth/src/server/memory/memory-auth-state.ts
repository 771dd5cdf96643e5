import type { Clock } from '@minos/common';
import type { AuditEntry, StoredAuditEntry } from '../contracts/audit-log.js';
import type { Account, AccountWithPassword } from '../contracts/accounts.js';
import type { Revocation } from '../contracts/revocations.js';
import type { SessionGrant } from '../contracts/sessions.js';

export interface MemoryAccount extends AccountWithPassword {
  readonly notBefore: number;
}

export interface MemorySession {
  readonly id: string;
  readonly accountId: string;
  readonly expiresAt: number;
  idleUntil: number;
  endedAt?: number;
}

export interface MemoryToken {
  readonly sessionId: string;
  used: boolean;
}

/** What the stores in memory share. Each of their calls changes it in one go, without waiting in between, so each is atomic. */
export class MemoryAuthState {
  readonly accounts = new Map<string, MemoryAccount>();
  readonly identities = new Map<string, string>();
  readonly roles = new Map<string, readonly string[]>();
  readonly sessions = new Map<string, MemorySession>();
  readonly tokens = new Map<string, MemoryToken>();
  readonly revocations: (Revocation & { readonly at: number })[] = [];
  readonly audit: StoredAuditEntry[] = [];
  private revocationId = 0n;
  private auditId = 0n;

  constructor(readonly clock: Clock) {}

  get seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  newestRevocation(): bigint {
    return this.revocationId;
  }

  byEmail(tenant: string, email: string): MemoryAccount | undefined {
    return [...this.accounts.values()].find((account) => account.tenant === tenant && account.email === email);
  }

  update(id: string, change: Partial<MemoryAccount>): void {
    const account = this.accounts.get(id);
    if (account !== undefined) this.accounts.set(id, { ...account, ...change });
  }

  record(entry: AuditEntry): void {
    this.audit.push({ ...entry, id: ++this.auditId, at: this.clock.now() });
  }

  revoke(subject: string, session?: string): number {
    const notBefore = Math.max(this.seconds, (this.accounts.get(subject)?.notBefore ?? -1) + 1);
    const which = session === undefined ? {} : { session };
    this.revocations.push({ id: ++this.revocationId, subject, ...which, notBefore, at: this.clock.now() });
    return notBefore;
  }

  /** Ends what an account has given out: its sessions where asked, and every token of before. */
  withdraw(id: string, andSessions: boolean): void {
    for (const session of andSessions ? this.sessions.values() : []) if (session.accountId === id) session.endedAt ??= this.clock.now();
    this.update(id, { notBefore: this.revoke(id) });
  }

  grant(sessionId: string, { id, tenant, roles, notBefore }: MemoryAccount): SessionGrant {
    const permissions = [...new Set(roles.flatMap((role) => this.roles.get(roleKey(tenant, role)) ?? []))].sort();
    return { sessionId, accountId: id, tenant, roles, permissions, issuedAt: Math.max(this.seconds, notBefore + 1) };
  }

  isLive(session: MemorySession | undefined): session is MemorySession {
    if (session === undefined || session.endedAt !== undefined) return false;
    if (this.accounts.get(session.accountId)?.disabled !== false) return false;
    return Math.min(session.expiresAt, session.idleUntil) > this.clock.now();
  }
}

export const roleKey = (tenant: string, role: string): string => JSON.stringify([tenant, role]);

/** Without what only the stores know. */
export function publicAccount({ id, tenant, email, roles, disabled, createdAt }: Account): Account {
  return { id, tenant, email, roles, disabled, createdAt };
}
