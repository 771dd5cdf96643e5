/** Tokens of the subject that were issued at or before `notBefore` are no longer good. */
export interface Revocation {
  /** Ascends in the order in which revocations become visible. */
  readonly id: bigint;
  readonly subject: string;
  /** Only the tokens of this session, where given. */
  readonly session?: string;
  /** Epoch seconds. */
  readonly notBefore: number;
}

/** The revocations that still matter. A revocation is visible once its transaction has committed, and none with a smaller id becomes visible after it. */
export interface RevocationLog {
  /** Ascending, those behind `after`. */
  since(after: bigint, limit: number): Promise<readonly Revocation[]>;
  /** The largest id so far, also of revocations that were deleted; 0 where there was none. */
  newest(): Promise<bigint>;
  /** Deletes those that were made longer ago than `keep` milliseconds. Answers how many. */
  purge(keep: number): Promise<number>;
}
