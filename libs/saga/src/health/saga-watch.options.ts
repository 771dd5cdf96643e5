import { type Clock, type Duration, option, validateOptions } from '@minos/common';
import type { SagaStore } from '../contracts/saga-store.js';
import type { SagaRunnerStatus } from '../engine/saga-runner.js';

export interface SagaWatchOptions {
  /** How often the store is asked what is due. @default '5s' */
  readonly every?: Duration;
  /** How often it is asked how many instances there are, and how old. @default '15s' */
  readonly countEvery?: Duration;
  /** For how long the store may say nothing until that is a fault. @default '20s' */
  readonly silentAfter?: Duration;
}

export interface SagaWatchPorts {
  readonly runner: { status(): Promise<SagaRunnerStatus> };
  readonly store: Pick<SagaStore, 'counts'>;
  readonly clock: Clock;
  /** Hears what the store says first. It may not throw. */
  readonly onKnown?: (status: SagaRunnerStatus) => void;
}

const FIELDS = {
  every: option.duration({ min: 10 }).default('5s'),
  countEvery: option.duration({ min: 10 }).default('15s'),
  silentAfter: option.duration({ min: 10 }).default('20s'),
};

export type SagaWatchSettings = ReturnType<typeof resolveSagaWatchOptions>;

/** Durations in milliseconds. Throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveSagaWatchOptions(options: SagaWatchOptions) {
  return validateOptions('SagaWatch', FIELDS, options);
}
