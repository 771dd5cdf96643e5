import { type Clock, type Duration, option, validateOptions } from '@minos/common';
import type { SagaStore } from '../contracts/saga-store.js';

export interface SagaPurgePorts {
  readonly store: Pick<SagaStore, 'purge'>;
  readonly clock: Clock;
}

export interface SagaPurgeOptions {
  /** How long instances are kept once they have ended, with their journals; a business key is free again then. @default '30d' */
  readonly retention?: Duration;
  /** Pause between runs. @default '10m' */
  readonly every?: Duration;
  /** Instances that one statement deletes at the most. @default 1000 */
  readonly batch?: number;
  /** Pause between statements of one run, so that others get their turn. @default '50ms' */
  readonly pause?: Duration;
}

const FIELDS = {
  retention: option.duration({ min: 60_000 }).default('30d'),
  every: option.duration({ min: 1_000 }).default('10m'),
  batch: option.integer({ min: 1, max: 100_000 }).default(1_000),
  pause: option.duration().default('50ms'),
};

/** Fills in the defaults, durations in milliseconds; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveSagaPurgeOptions(options: SagaPurgeOptions) {
  return validateOptions('SagaPurge', FIELDS, options);
}
