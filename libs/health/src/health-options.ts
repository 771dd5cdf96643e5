import { type Duration, option, type ResolvedOptions, validateOptions } from '@minos/common';

export interface HealthOptions {
  /** How long a probe may take; then its last answer counts, for {@link probePatience}, or it is down. @default '500ms' */
  readonly probeTimeout?: Duration;
  /** How long the last answer of a probe counts while the next one is on its way: who is busy is not sick. @default '15s' */
  readonly probePatience?: Duration;
  /** How long readiness stays red before shutdown goes on, so that load balancers notice. @default 0 */
  readonly shutdownDelay?: Duration;
}

const FIELDS = {
  probeTimeout: option.duration({ min: 1 }).default('500ms'),
  probePatience: option.duration().default('15s'),
  shutdownDelay: option.duration().default(0),
};

/** Durations in milliseconds. */
export type ResolvedHealthOptions = ResolvedOptions<typeof FIELDS>;

/** Fills in the defaults; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveHealthOptions(options: HealthOptions): ResolvedHealthOptions {
  return validateOptions('HealthModule', FIELDS, options);
}
