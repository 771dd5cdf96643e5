/**
 * The time of one process, and waiting on it. Code of the suite reads time through this port alone, so that tests can drive it.
 * What several processes compare (leases, timers, deadlines in tables) uses the database's clock instead, in the statement that compares.
 */
export interface Clock {
  /** The wall clock in milliseconds since the epoch; may step. */
  now(): number;
  /** Milliseconds on a clock that never goes back; only differences mean something. */
  monotonic(): number;
  /**
   * Resolves after `milliseconds`; rejects with the signal's reason as soon as `signal` aborts. A waiting sleep does not keep the
   * process alive.
   */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
