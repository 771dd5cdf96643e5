import { type Duration, option, validateOptions } from '@minos/common';

export interface SigningKeysOptions {
  /** How long a key signs before the next one does. @default '30d' */
  readonly rotateEvery?: Duration;
  /** How long a key is published before it signs, so that everybody has fetched it by then. @default '15m' */
  readonly publishAhead?: Duration;
  /** How long a key is published after the next one signs: the longest life of a token and what clocks may differ. @default '10m' */
  readonly keepOld?: Duration;
  /** How old the keys may be that this process signs with. @default '5s' */
  readonly reread?: Duration;
}

const FIELDS = {
  rotateEvery: option.duration({ min: 3_600_000 }).default('30d'),
  publishAhead: option.duration({ min: 60_000, max: 3_000_000 }).default('15m'),
  keepOld: option.duration({ min: 300_000 }).default('10m'),
  reread: option.duration().default('5s'),
};

export type SigningKeysSettings = ReturnType<typeof resolveSigningKeysOptions>;

/** Fills in the defaults, durations in milliseconds; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveSigningKeysOptions(options: SigningKeysOptions) {
  return validateOptions('SigningKeys', FIELDS, options);
}
