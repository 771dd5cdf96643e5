import { AssertionError } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

/** Where a process died: the point, and for the how many-th time it was reached by processes of this name. */
export interface CrashPlace {
  readonly process: string;
  readonly point: string;
  /** From 1. */
  readonly occurrence: number;
}

/** What one run of a scenario came to. */
export interface RunEnd<E = unknown> {
  /** Whether it was over within its time. */
  readonly ended: boolean;
  readonly endState: E;
  readonly effects: readonly string[];
}

export interface CrashRun<E = unknown> extends RunEnd<E> {
  readonly place: CrashPlace;
  /** The process did die there. */
  readonly fired: boolean;
  /** Effects that were there more often than in the first run. */
  readonly twice: readonly string[];
  /** Effects that were there less often. */
  readonly missing: readonly string[];
}

/** Compares the end of a run with that of the first. */
export function crashRun<E>(first: RunEnd<E>, run: RunEnd<E>, crash: Pick<CrashRun, 'place' | 'fired'>): CrashRun<E> {
  return { ...run, ...crash, twice: without(run.effects, first.effects), missing: without(first.effects, run.effects) };
}

/** What became of all runs of a scenario. */
export class CrashReport<E = unknown> {
  constructor(
    readonly scenario: string,
    /** The run without a crash. */
    readonly first: RunEnd<E>,
    /** One for each place, in the order in which the first run passed them. */
    readonly runs: readonly CrashRun<E>[],
  ) {}

  /** Names of the points that were passed, each once. */
  get points(): readonly string[] {
    return [...new Set(this.runs.map(({ place }) => place.point))].sort();
  }

  /** Runs that did not end as the first did, or in which the crash did not happen. */
  get differing(): readonly CrashRun<E>[] {
    return this.runs.filter((run) => !this.isSame(run));
  }

  /** Throws an `AssertionError` that lists what differs, unless the first run ended and all others ended like it. */
  assertSameEnds(): void {
    if (this.first.ended && this.runs.length > 0 && this.differing.length === 0) return;
    throw new AssertionError({ message: this.text() });
  }

  /** For people. */
  text(): string {
    const { scenario, first, runs, points, differing } = this;
    const head = `${scenario}: ${points.length} crash points, passed ${runs.length} times; ${runs.length - differing.length} runs ended like the first one`;
    const left = differing.length - SHOWN;
    return [
      `${head}, ${differing.length} did not.`,
      ...(first.ended ? [] : ['The run without a crash did not come to its end.']),
      `End without a crash: ${JSON.stringify(first.endState)}`,
      ...differing.slice(0, SHOWN).map((run) => this.lineOf(run)),
      ...(left > 0 ? [`… and ${left} more.`] : []),
    ].join('\n');
  }

  private isSame(run: CrashRun<E>): boolean {
    return (
      run.fired && run.ended && run.twice.length === 0 && run.missing.length === 0 && isDeepStrictEqual(run.endState, this.first.endState)
    );
  }

  private lineOf({ place, fired, ended, endState, twice, missing }: CrashRun<E>): string {
    const isOther = !isDeepStrictEqual(endState, this.first.endState);
    const said = [
      ...(fired ? [] : ['the point was not reached again: something of the run is left to chance']),
      ...(ended ? [] : ['it did not come to its end']),
      ...(isOther ? [`it ended otherwise: ${JSON.stringify(endState)}`] : []),
      ...twice.map((effect) => `too often: ${effect}`),
      ...missing.map((effect) => `missing: ${effect}`),
    ];
    return `- ${place.process} died at ${place.point} (${place.occurrence}): ${said.join('; ')}`;
  }
}

const SHOWN = 10;

/** Those of the one that the other does not have as often. */
function without(one: readonly string[], other: readonly string[]): readonly string[] {
  const left = [...other];
  return one.filter((effect) => {
    const at = left.indexOf(effect);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
