/** How attempts are slowed down. Times are milliseconds. */
export interface DelayPolicy {
  /** Attempts without success that cost nothing. */
  readonly free: number;
  /** The delay after the first attempt beyond them; it doubles with each. */
  readonly first: number;
  /** The longest delay. */
  readonly longest: number;
}

export interface Attempt {
  /** Names the account together with the address. */
  readonly pair: string;
  /** Names the account alone. */
  readonly account: string;
  readonly pairPolicy: DelayPolicy;
  readonly accountPolicy: DelayPolicy;
  /** After so many milliseconds without an attempt the count begins anew. */
  readonly forget: number;
}

/**
 * Counts of attempts, shared by all processes and on the store's clock. Concurrent calls are allowed. An attempt is counted before it is known to have failed, so that attempts made at
 * once count one by one.
 */
export interface ThrottleStore {
  /**
   * Counts an attempt and answers 0; or counts nothing and answers the milliseconds to wait. The delay of the account alone does not hold for a pair that succeeded before: nobody can keep
   * people out who sign in from where they always do.
   */
  attempt(attempt: Attempt): Promise<number>;
  /** Forgets the failures of the pair, takes back the one attempt from the account's count, and trusts the pair for `trust` milliseconds. */
  succeeded(attempt: Pick<Attempt, 'pair' | 'account'>, trust: number): Promise<void>;
  /** Takes one of `limit` in each `window` milliseconds and answers 0; or the milliseconds until the next window. */
  take(key: string, limit: number, window: number): Promise<number>;
  /** Deletes counts that say nothing any more. Answers how many. */
  purge(): Promise<number>;
}
