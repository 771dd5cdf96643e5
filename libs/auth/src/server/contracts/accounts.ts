/** A person who can sign in. */
export interface Account {
  /** A random UUID: it tells nothing about when it was made. */
  readonly id: string;
  readonly tenant: string;
  /** In its normal form; `null` where the person signs in by an external provider alone. */
  readonly email: string | null;
  readonly roles: readonly string[];
  readonly disabled: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface AccountWithPassword extends Account {
  /** In the PHC string format; `null` where there is no password. */
  readonly passwordHash: string | null;
  /** Rises with each change of the password, not when the same one is hashed anew. */
  readonly passwordVersion: number;
}

export interface NewAccount {
  readonly id: string;
  readonly tenant: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly roles: readonly string[];
}

/** Who asked for a change, for the audit log. */
export interface Actor {
  /** Subject of who acts; `cli:<name>` for an operator at a shell. */
  readonly subject: string;
  /** Network address, where there is one. */
  readonly address?: string;
}

/** The accounts, by id and by e-mail address. Each call is atomic. Concurrent calls are allowed, also from other processes. */
export interface AccountStore {
  /** Makes the account, unless its e-mail address has one: then nothing changes and that one is answered. Two calls at once make one account. */
  register(account: NewAccount, actor: Actor): Promise<{ readonly account: Account; readonly created: boolean }>;
  find(id: string): Promise<AccountWithPassword | undefined>;
  findByEmail(tenant: string, email: string): Promise<AccountWithPassword | undefined>;
  /** Ascending by id, those behind `after`. */
  list(limit: number, after?: string): Promise<readonly Account[]>;
  /** The account that an external provider's subject belongs to; made with `newId`, without a password, where it is the first time. */
  ofIdentity(identity: ExternalIdentity, newId: string): Promise<Account>;
}

/** Who somebody is at an external provider. */
export interface ExternalIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly tenant: string;
  /** Roles of the account where it has to be made. */
  readonly roles: readonly string[];
}

/**
 * Changes of accounts. A change that takes rights away ends what stands on them in the same transaction and writes a not-before to the revocations, so that no token
 * issued before it outlives it by more than the push takes. Each writes its row of the audit log. Concurrent calls are allowed, also from other processes.
 */
export interface AccountChanges {
  /** Ends all sessions. `false` where the password has changed since `passwordVersion` was read. */
  setPassword(
    change: { readonly id: string; readonly passwordVersion: number; readonly passwordHash: string },
    actor: Actor,
  ): Promise<boolean>;
  /** Stores the same password hashed anew; does nothing where it has changed meanwhile. */
  rehash(id: string, from: string, to: string): Promise<void>;
  /** Disabling ends all sessions. `undefined` where there is no such account. Idempotent. */
  setDisabled(id: string, disabled: boolean, actor: Actor): Promise<Account | undefined>;
  /** Access tokens of before are refused; sessions go on and get the new roles at their next refresh. `undefined` where there is no such account. */
  setRoles(id: string, roles: readonly string[], actor: Actor): Promise<Account | undefined>;
  /**
   * Makes the account the first with the role `admin`. Where its e-mail address has an account, that one gets the password and the role, and its sessions end.
   * `undefined` where an account with the role exists: then nothing changes. Two calls at once make one.
   */
  firstAdmin(account: NewAccount, actor: Actor): Promise<{ readonly account: Account; readonly created: boolean } | undefined>;
}

/** What roles stand for. Concurrent calls are allowed. */
export interface RoleStore {
  /** Of a role; empty where nothing was said of it. */
  permissions(tenant: string, role: string): Promise<readonly string[]>;
  /** Takes the place of what was said before. Tokens that were issued keep the old ones until their end. */
  setPermissions(tenant: string, role: string, permissions: readonly string[], actor: Actor): Promise<void>;
}
