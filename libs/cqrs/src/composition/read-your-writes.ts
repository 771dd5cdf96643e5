import type { AtLeastOptions } from '../consistency/at-least-options.js';

/** Of the options with which a composed query is executed, those with which its parts are, too; nothing where there is no token. */
export function consistencyOf({ atLeast, within }: AtLeastOptions): AtLeastOptions {
  const tokens = [atLeast].flat().filter((token) => token !== undefined);
  return tokens.length === 0 ? {} : { atLeast: tokens, ...(within === undefined ? {} : { within }) };
}
