import type { CronState } from '../contracts/cron-store.js';
import type { CronJob } from './cron-job.js';

export interface CronStatus {
  readonly name: string;
  readonly expression: string;
  readonly timezone: string;
  /** `undefined` before the runner has defined it. */
  readonly nextAt: Date | undefined;
  /** The tick that fired last, over all processes. */
  readonly lastTick: Date | undefined;
  /** For how long its tick has been due, in seconds; 0 where it is not. */
  readonly overdueSeconds: number;
  /** In this process, at this moment. */
  readonly running: boolean;
  /** Ticks in a row whose handler failed as often as it may, over all processes. */
  readonly failures: number;
  /** The last tick failed for good, or the last try of the one that is due. */
  readonly failing: boolean;
  /** Another release has given it another expression: this process does not fire it. */
  readonly superseded: boolean;
  readonly error?: unknown;
}

/** `defined`: whether this process has given the store its definition, so that another one there is a later release's. */
export function cronStatus(job: CronJob, state: CronState | undefined, now: number, defined: boolean): CronStatus {
  const { name, text: expression, timezone, definition } = job.cron;
  const of = { name, expression, timezone, running: job.running };
  if (state === undefined) return { ...of, ...UNDEFINED };
  const error = job.errorOf(state) ?? state.failure;
  return {
    ...of,
    nextAt: new Date(state.nextAt),
    lastTick: state.lastTick === undefined ? undefined : new Date(state.lastTick),
    overdueSeconds: Math.max(0, now - state.nextAt) / 1000,
    failures: state.failures,
    failing: error !== undefined,
    superseded: defined && state.definition !== definition,
    ...(error === undefined ? {} : { error }),
  };
}

const UNDEFINED = { nextAt: undefined, lastTick: undefined, overdueSeconds: 0, failures: 0, failing: false, superseded: false };
