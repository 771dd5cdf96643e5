import { type Duration, option, validateOptions } from '@minos/common';
import { type CrashPlace, CrashReport, type CrashRun, crashRun, type RunEnd } from './crash-report.js';
import type { CrashScenario } from './crash-scenario.js';
import { ScenarioRun } from './scenario-run.js';
import { withSeededChance } from './seeded-chance.js';

export interface ExploreProgress {
  readonly done: number;
  readonly all: number;
  readonly differing: number;
  readonly last: CrashRun;
}

export interface ExploreCrashesOptions {
  /** How long a process that died is away. @default '100ms' */
  readonly restartAfter?: Duration;
  /** How long a run goes on when it is over, so that what happens too late or too often is seen. @default '2s' */
  readonly settle?: Duration;
  /** So long a run may take, on its own clock. @default '10m' */
  readonly within?: Duration;
  /**
   * Points of loops that look for something to do. They are explored where anything else has happened since they were passed last; more often would be the same again.
   * @default leases, and the looks of relays, consumers and runners
   */
  readonly isIdle?: (point: string) => boolean;
  /** Which places are explored. @default all of them */
  readonly at?: (place: CrashPlace) => boolean;
  /** Called after each run. @default nobody */
  readonly onProgress?: (progress: ExploreProgress) => void;
}

const isFunction = (value: unknown): boolean => typeof value === 'function';

const IDLE = /^(leases\.|messaging\.outbox-(unsent|waiting)|messaging\.parked-work|saga\.claim-due)/;

const FIELDS = {
  restartAfter: option.duration({ min: 1 }).default('100ms'),
  settle: option.duration({ min: 0 }).default('2s'),
  within: option.duration({ min: 1 }).default('10m'),
  isIdle: option.custom<(point: string) => boolean>('a function', isFunction).default((point: string) => IDLE.test(point)),
  at: option.custom<(place: CrashPlace) => boolean>('a function', isFunction).default(() => true),
  onProgress: option.custom<(progress: ExploreProgress) => void>('a function', isFunction).default(() => undefined),
};

const SEED = 20_260_101;

/**
 * Runs a scenario once and notes every crash point that a process passes. Then it runs it again for each of them, and lets the process die there: at once and with all that it
 * had under way; it starts again a little later. Everything is on a virtual clock, and nothing is left to chance, so runs are quick and can be repeated; `Math.random`
 * is replaced meanwhile, so one exploration goes on in a program at a time. Rejects where something of the scenario throws.
 */
export async function exploreCrashes<S, E>(scenario: CrashScenario<S, E>, options: ExploreCrashesOptions = {}): Promise<CrashReport<E>> {
  const { at, onProgress, ...settings } = validateOptions('exploreCrashes', FIELDS, options);
  const first = await runOnce(new ScenarioRun(scenario, settings));
  const places = first.run.passed.filter(at);
  const runs: CrashRun<E>[] = [];
  let differing = 0;
  for (const place of first.end.ended ? places : []) {
    const { run, end } = await runOnce(new ScenarioRun(scenario, settings, place));
    const last = crashRun(first.end, end, { place, fired: run.hasCrashed });
    runs.push(last);
    differing = new CrashReport(scenario.name, first.end, runs).differing.length;
    onProgress({ done: runs.length, all: places.length, differing, last });
  }
  return new CrashReport(scenario.name, first.end, runs);
}

async function runOnce<S, E>(run: ScenarioRun<S, E>): Promise<{ readonly run: ScenarioRun<S, E>; readonly end: RunEnd<E> }> {
  return { run, end: await withSeededChance(SEED, () => run.toTheEnd()) };
}
