import { type Duration, option, type ResolvedOptions, validateOptions } from '@minos/common';

/** When an instance is left alone for a while, whatever the registry says of it. */
export interface EjectionOptions {
  /** How long one that failed once is passed over where others are there; each further failure in a row doubles it, up to a second. @default '50ms' */
  readonly pause?: Duration;
  /** So many failures in a row. @default 5 */
  readonly failures?: number;
  /** Or such a share of its requests in the window… @default 0.5 */
  readonly rate?: number;
  /** …where there were so many at least. @default 20 */
  readonly requests?: number;
  /** @default '10s' */
  readonly window?: Duration;
  /** For how long the first time; each further time doubles it. @default '5s' */
  readonly time?: Duration;
  /** At the most. Who stays in for so long begins anew. @default '5m' */
  readonly longest?: Duration;
  /** The share of a service's instances that may be ejected at one time. @default 0.5 */
  readonly share?: number;
}

/** When a service is left alone for a while: nothing is sent but one request now and then, to find out. */
export interface CircuitOptions {
  /** So many failures in a row, over all instances, of which none has answered since it failed last. @default 20 */
  readonly failures?: number;
  /** For how long the first time; each further time doubles it. @default '1s' */
  readonly time?: Duration;
  /** At the most. @default '30s' */
  readonly longest?: Duration;
}

export interface RetryBudgetOptions {
  /** Of the requests of the last ten seconds, to each service. @default 0.2 */
  readonly share?: number;
  /** So many more in each second. @default 2 */
  readonly perSecond?: number;
}

export interface BalancingOptions {
  /** Requests that one instance may have at a time. @default 500 */
  readonly pendingPerInstance?: number;
  /** Requests that all instances of one service may have at a time. @default 5000 */
  readonly pendingPerService?: number;
  /** How long a new instance gets less than its share. @default '10s' */
  readonly slowStart?: Duration;
  readonly ejection?: EjectionOptions;
  readonly circuit?: CircuitOptions;
  readonly retries?: RetryBudgetOptions;
}

export const BALANCING_FIELDS = {
  pendingPerInstance: option.integer({ min: 1 }).default(500),
  pendingPerService: option.integer({ min: 1 }).default(5_000),
  slowStart: option.duration().default('10s'),
  ejection: {
    pause: option.duration().default('50ms'),
    failures: option.integer({ min: 1 }).default(5),
    rate: option.number({ min: 0.01, max: 1 }).default(0.5),
    requests: option.integer({ min: 1 }).default(20),
    window: option.duration({ min: 100 }).default('10s'),
    time: option.duration({ min: 1 }).default('5s'),
    longest: option.duration({ min: 1 }).default('5m'),
    share: option.number({ min: 0, max: 1 }).default(0.5),
  },
  circuit: {
    failures: option.integer({ min: 1 }).default(20),
    time: option.duration({ min: 1 }).default('1s'),
    longest: option.duration({ min: 1 }).default('30s'),
  },
  retries: {
    share: option.number({ min: 0, max: 1 }).default(0.2),
    perSecond: option.number({ min: 0 }).default(2),
  },
};

export type BalancingSettings = ResolvedOptions<typeof BALANCING_FIELDS>;

/** Fills in the defaults; throws `OPTIONS_INVALID` with all faults at once. */
export function resolveBalancingOptions(given: BalancingOptions = {}): BalancingSettings {
  return validateOptions('balancing', BALANCING_FIELDS, given);
}
