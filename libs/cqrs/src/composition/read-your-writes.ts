import type { Duration } from '@minos/common';
import type { ExecuteOptions } from '../buses/execute-options.js';

/** With what a query is executed that is to answer at least as new as some tokens. */
export interface ConsistencyOptions {
  /** Consistency tokens; `undefined` asks for nothing. */
  readonly atLeast?: string | readonly (string | undefined)[] | undefined;
  /** How long a view may take to get there. */
  readonly within?: Duration;
}

/** Of the options with which a composed query is executed, those with which its parts are, too; nothing where there is no token. */
export function consistencyOf({ atLeast, within }: ExecuteOptions & ConsistencyOptions): ConsistencyOptions {
  const tokens = [atLeast].flat().filter((token) => token !== undefined);
  return tokens.length === 0 ? {} : { atLeast: tokens, ...(within === undefined ? {} : { within }) };
}
