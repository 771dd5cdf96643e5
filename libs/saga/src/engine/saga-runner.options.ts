import { type Clock, type Duration, option, validateOptions } from '@minos/common';
import type { SagaStore } from '../contracts/saga-store.js';

export interface SagaRunnerOptions {
  /** How often it looks for what other processes left, or made due. @default '1s' */
  readonly poll?: Duration;
  /** Instances that are brought on at the same time. @default 32 */
  readonly concurrency?: number;
  /** How long a claimed instance is left to whoever claimed it. @default '10s' */
  readonly lease?: Duration;
  /** How long a local command may take; behind it, it has failed, and the policy of its step decides. @default '30s' */
  readonly localDeadline?: Duration;
  /** From how long an instance that is due waits, health is red. @default '60s' */
  readonly stallAfter?: Duration;
}

export interface SagaRunnerPorts {
  readonly store: Pick<SagaStore, 'claimDue' | 'progress'>;
  readonly clock: Clock;
  /** Hears of instances that could not be brought on now. @default nobody */
  readonly onTrouble?: (id: string | undefined, error: unknown) => void;
}

const FIELDS = {
  poll: option.duration({ min: 1 }).default('1s'),
  concurrency: option.integer({ min: 1 }).default(32),
  lease: option.duration({ min: 100 }).default('10s'),
  localDeadline: option.duration({ min: 1 }).default('30s'),
  stallAfter: option.duration({ min: 1 }).default('60s'),
};

export type ResolvedSagaRunnerOptions = ReturnType<typeof resolveSagaRunnerOptions>;

/** Durations in milliseconds. Throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveSagaRunnerOptions(options: SagaRunnerOptions) {
  return validateOptions('SagaRunner', FIELDS, options);
}
