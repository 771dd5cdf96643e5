import { option, validateOptions, type Clock, type Duration } from '@minos/common';
import type { ScheduleStore } from '../contracts/schedule-store.js';

/** What a `ScheduleRunner` works with. */
export interface ScheduleRunnerPorts {
  readonly store: ScheduleStore;
  readonly clock: Clock;
  /** Called with the slots of the outbox into which something has moved: the hint of a relay. It may not throw. @default nobody */
  readonly onMoved?: (slots: readonly number[]) => void;
}

export interface ScheduleRunnerOptions {
  /** Messages in one move at the most. @default 250 */
  readonly batchSize?: number;
  /** How late a message leaves at the most of which this runner got no hint: it was scheduled by another process. @default '10s' */
  readonly poll?: Duration;
  readonly retry?: {
    /** Pause before the second try while the database is away; doubles with each, jittered. @default '50ms' */
    readonly first?: Duration;
    /** @default '5s' */
    readonly longest?: Duration;
  };
  /** A message that is due for so long is reported as stalled. @default '30s' */
  readonly stallAfter?: Duration;
}

const FIELDS = {
  batchSize: option.integer({ min: 1, max: 1_000 }).default(250),
  poll: option.duration({ min: 10 }).default('10s'),
  retry: {
    first: option.duration({ min: 1 }).default('50ms'),
    longest: option.duration({ min: 1 }).default('5s'),
  },
  stallAfter: option.duration({ min: 1 }).default('30s'),
};

export type ResolvedScheduleRunnerOptions = ReturnType<typeof resolveScheduleRunnerOptions>;

/** Fills in the defaults, durations in milliseconds; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveScheduleRunnerOptions(options: ScheduleRunnerOptions = {}) {
  return validateOptions('ScheduleRunner', FIELDS, options);
}
