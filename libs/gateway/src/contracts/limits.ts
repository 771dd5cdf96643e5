/** Who a request counts for. */
export interface LimitedCaller {
  /** The address of the client, from the connection or from a trusted proxy: IPv4 or IPv6. IPv6 counts by its first 64 bits. */
  readonly address: string;
  /** Tenant and subject of a verified principal, in one text; `undefined` for anonymous callers, who count by address alone. */
  readonly principal?: string | undefined;
}

export interface RateDecision {
  readonly allowed: boolean;
  /** The most that may come at once. */
  readonly limit: number;
  /** How many more may come now. */
  readonly remaining: number;
  /** Until all of `limit` may come again, in milliseconds. */
  readonly resetMs: number;
  /** Until one more may come, in milliseconds; 0 where it is allowed. */
  readonly retryAfterMs: number;
}

/**
 * Counts requests by policy, per principal or address. Answers at once. In memory of this process: several gateways do not share their counters, so a caller gets up to as many times the
 * limit as there are gateways. A request that is refused costs nothing.
 */
export interface RateLimiter {
  /** `undefined`: the common policy. Throws `GATEWAY_POLICY_UNKNOWN` for a policy that is not configured. */
  take(policy: string | undefined, caller: LimitedCaller): RateDecision;
}

/** Counts what is open at one time, per address and in all. */
export interface ConnectionLimiter {
  /**
   * Ends the connection with the function that it answers (idempotent); `undefined`: there are as many as may be. Without an address it is one through which many clients come, and counts among all
   * alone.
   */
  open(address: string | undefined): (() => void) | undefined;
}

/** Counts what runs at one time, per address and per principal; in memory of this process. Answers at once. What is refused is not counted. */
export interface RunningLimiter {
  /** A place for one more, which is taken until it is left; `undefined`: as many run as may. */
  enter(caller: LimitedCaller): RunningPlace | undefined;
}

/** Taken until `leave`, which must be called on every way out. */
export interface RunningPlace {
  /** Idempotent. */
  leave(): void;
}
