import { option, validateOptions, type Clock, type Duration, type Leases, type UnitOfWork } from '@minos/common';
import type { CronStore } from '../contracts/cron-store.js';

/** What a `CronRunner` works with. */
export interface CronRunnerPorts {
  readonly store: CronStore;
  readonly unitOfWork: UnitOfWork;
  /** Of the store's own database: they keep a handler from running in several processes at once. Effects are exactly once without them. */
  readonly leases: Leases;
  readonly clock: Clock;
}

export interface CronRunnerOptions {
  /** How long a lease lasts without being renewed: how late another process takes over from a killed one. @default '10s' */
  readonly lease?: Duration;
  /** How late a change that another process made to a cron is noticed at the most. @default '10s' */
  readonly poll?: Duration;
  readonly retry?: {
    /** Tries of one tick at the most; then the next tick is waited for. @default 5 */
    readonly attempts?: number;
    /** Pause before the second try; doubles with each, jittered. @default '1s' */
    readonly first?: Duration;
    /** @default '30s' */
    readonly longest?: Duration;
  };
  /** How late a tick may be fired where missed ones are skipped. @default '1m' */
  readonly grace?: Duration;
  /** How long `stop` lets handlers go on before it cuts them short. @default '5s' */
  readonly stopGrace?: Duration;
  /** Names this runner in its leases; unique among the living. @default a name made from host, process and chance */
  readonly holder?: string;
}

const FIELDS = {
  lease: option.duration({ min: 100 }).default('10s'),
  poll: option.duration({ min: 10 }).default('10s'),
  retry: {
    attempts: option.integer({ min: 1 }).default(5),
    first: option.duration({ min: 1 }).default('1s'),
    longest: option.duration({ min: 1 }).default('30s'),
  },
  grace: option.duration({ min: 0 }).default('1m'),
  stopGrace: option.duration({ min: 0 }).default('5s'),
  holder: option.string().optional(),
};

export type ResolvedCronRunnerOptions = ReturnType<typeof resolveCronRunnerOptions>;

/** Fills in the defaults, durations in milliseconds; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveCronRunnerOptions(options: CronRunnerOptions = {}) {
  return validateOptions('CronRunner', FIELDS, options);
}
