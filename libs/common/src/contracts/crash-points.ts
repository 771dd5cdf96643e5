/**
 * A seam before and after every call that leaves the process. In production it does nothing; fault tests and the crash explorer
 * kill the process, throw or cut a connection there. Names are `<package>.<call>.<before|after>` and stable.
 */
export interface CrashPoints {
  /** Returns at once in production. A test may throw, never return, or end the process. */
  reach(point: string): void | Promise<void>;
}
