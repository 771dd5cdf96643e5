/** What a token says of the account of a session, read in the transaction that allowed it. */
export interface SessionGrant {
  readonly sessionId: string;
  readonly accountId: string;
  readonly tenant: string;
  readonly roles: readonly string[];
  /** What the roles stand for, sorted. */
  readonly permissions: readonly string[];
  /** Epoch seconds on the store's clock: `iat` of the token. Later than every not-before of the account. */
  readonly issuedAt: number;
}

export interface NewSession {
  readonly sessionId: string;
  readonly accountId: string;
  /** The password that was verified, by its version; left out where another way of signing in was used. */
  readonly passwordVersion?: number;
  /** SHA-256 of the first refresh token. */
  readonly tokenHash: Buffer;
  /** How the person signed in: `password`, or `oidc:<provider>`. */
  readonly method: string;
  readonly address?: string;
}

/** Milliseconds on the store's clock. */
export interface SessionLife {
  /** From its start, whatever happens. */
  readonly absolute: number;
  /** From its last refresh. */
  readonly idle: number;
}

/** `unknown`: no such token. `over`: its session has ended or run out, or the account is disabled. `reused`: it was used before, and its session ended because of that. */
export type RefreshOutcome =
  { readonly outcome: 'granted'; readonly grant: SessionGrant } | { readonly outcome: 'unknown' | 'over' | 'reused' };

/**
 * Sessions and their refresh tokens, of which the store knows the hash alone. Each call is atomic and concurrent calls are allowed, also from other processes. What ends a session writes
 * a not-before for it to the revocations in the same transaction.
 */
export interface SessionStore {
  /** `undefined` where the account is disabled or gone, or its password has changed since it was verified. */
  open(session: NewSession, life: SessionLife): Promise<SessionGrant | undefined>;
  /**
   * Takes a token for the next one. Of any number of calls with one token at most one is granted; each of the others means that the token is in two hands, so it ends the session,
   * also for the one that was granted.
   */
  refresh(tokenHash: Buffer, nextHash: Buffer, idle: number): Promise<RefreshOutcome>;
  /** Ends the session. Idempotent; `false` where it had ended or is not known. */
  end(sessionId: string): Promise<boolean>;
  /** The session that a refresh token belongs to, whether used or not. */
  ofToken(tokenHash: Buffer): Promise<string | undefined>;
  /** Whether it has not ended, run out, or lost its account; and, where `issuedAt` is given, whether a token of then (epoch seconds) was not taken back since. */
  isLive(sessionId: string, issuedAt?: number): Promise<boolean>;
  /** Deletes sessions that have been over for `keep` milliseconds, with their tokens; at most `limit`. Answers how many. */
  purge(keep: number, limit: number): Promise<number>;
}
