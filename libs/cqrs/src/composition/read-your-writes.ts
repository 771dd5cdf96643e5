import type { ExecuteOptions } from '../buses/execute-options.js';

/** With what a query is executed that is to answer at least as new as some tokens. */
export interface ConsistencyOptions {
  /** Consistency tokens. */
  readonly atLeast?: string | readonly string[];
}

/** Of the options with which a composed query is executed, those with which its parts are, too. */
export function consistencyOf(options: ExecuteOptions & ConsistencyOptions): ConsistencyOptions {
  const { atLeast } = options;
  return atLeast === undefined || atLeast.length === 0 ? {} : { atLeast };
}
