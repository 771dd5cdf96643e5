import { type Clock, isMinosError, type JoinedSignals, joinSignals } from '@minos/common';
import { rejectionOf } from '@minos/messaging';
import type { QueryOptions } from '../buses/execute-options.js';
import { CompositionPartLateError } from '../errors/composition.errors.js';
import type { Composed, PartState } from './composed.js';
import type { Part, PreparedComposition } from './part-settings.js';
import type { AtLeastOptions } from '../consistency/at-least-options.js';
import { consistencyOf } from './read-your-writes.js';

/** What the parts of one answer are asked with. */
export interface RunPorts {
  readonly clock: Clock;
  /** As `QueryBus.execute`. */
  readonly execute: (query: object, options: QueryOptions) => Promise<unknown>;
  /** Told of each part that was asked and may be missing: with the error where it is. */
  readonly noted: (part: Part, error?: unknown) => void;
}

export interface RunLimits {
  /** How long the answer may take, in milliseconds. */
  readonly milliseconds: number;
  /** Those with which the composed query is executed. */
  readonly options: QueryOptions;
  /** Aborts when nobody wants the answer any more. */
  readonly signal?: AbortSignal;
}

interface PartOutcome {
  readonly state: PartState;
  /** Of every part but those that are omitted. */
  readonly answer?: unknown;
  /** Why it is its default, or omitted. */
  readonly error?: unknown;
}

/** One answer of a composed query. What is late is let go: its result is not used, and its failure is nobody's. */
export class CompositionRun {
  private readonly over = new AbortController();
  private readonly end: number;
  private readonly stopped: JoinedSignals;

  constructor(
    private readonly composition: PreparedComposition,
    private readonly ports: RunPorts,
    private readonly limits: RunLimits,
  ) {
    this.end = ports.clock.monotonic() + limits.milliseconds;
    this.stopped = joinSignals(this.over.signal, ...(limits.signal === undefined ? [] : [limits.signal]));
  }

  /** Rejects with the error of the first part that fails and must not, and with the reason of the signal. */
  async answer(query: object): Promise<Composed<object>> {
    const outcomes = new Map<string, Promise<PartOutcome>>();
    for (const part of this.composition.parts) outcomes.set(part.name, this.outcome(part, query, outcomes));
    try {
      const found = await Promise.all(outcomes.values());
      return composed(this.composition.parts.map(({ name }, index) => [name, found[index] as PartOutcome]));
    } finally {
      this.over.abort();
      this.stopped.release();
    }
  }

  private async outcome(part: Part, query: object, outcomes: ReadonlyMap<string, Promise<PartOutcome>>): Promise<PartOutcome> {
    const before = await Promise.all(part.after.map(async (name) => ({ name, ...(await outcomes.get(name)) })));
    const missing = before.find(({ state }) => state === 'omitted');
    if (missing !== undefined) return without(part, missing.error);
    try {
      const found = await this.ask(part, query, Object.fromEntries(before.map(({ name, answer }) => [name, answer])));
      if (found.state === 'complete') this.ports.noted(part);
      return found;
    } catch (error) {
      this.stopped.signal.throwIfAborted();
      this.ports.noted(part, error);
      return without(part, error);
    }
  }

  private async ask(part: Part, query: object, parts: Readonly<Record<string, unknown>>): Promise<PartOutcome> {
    const { cache } = part;
    const asked = part.ask(query, parts);
    const consistency = part.consistency === 'pass' ? consistencyOf(this.limits.options) : {};
    const key = cache?.keyOf(asked);
    if (cache === undefined || key === undefined) return { state: 'complete', answer: await this.inTime(part, asked, consistency) };
    const kept = consistency.atLeast === undefined ? cache.get(key) : undefined;
    if (kept !== undefined) return { state: 'cached', answer: kept.answer };
    const askedAt = this.ports.clock.monotonic();
    const answer = await this.inTime(part, asked, consistency, (late) => cache.put(key, late, askedAt));
    return { state: 'complete', answer };
  }

  /** `came` hears of the answer also where it comes too late for this time. */
  private async inTime(part: Part, asked: object, consistency: AtLeastOptions, came?: (answer: unknown) => void): Promise<unknown> {
    const milliseconds = Math.min(part.within, this.end - this.ports.clock.monotonic());
    const late = { query: this.composition.query, part: part.name, milliseconds };
    if (milliseconds <= 0) throw new CompositionPartLateError(late);
    const { context } = this.limits.options;
    const asking = { timeout: milliseconds, detached: true, ...consistency, ...(context && { context }) };
    const answer = this.ports.execute(asked, asking).then((found) => {
      came?.(found);
      return found;
    });
    const answered = new AbortController();
    const over = joinSignals(this.stopped.signal, answered.signal);
    const time = this.ports.clock.sleep(milliseconds, over.signal).then(() => {
      throw new CompositionPartLateError(late);
    });
    try {
      return await Promise.race([answer, time]);
    } catch (error) {
      // A request that got as much time says the same in its own words.
      throw isMinosError(error, 'OUTCOME_UNKNOWN') ? new CompositionPartLateError(late, error) : error;
    } finally {
      answered.abort();
      over.release();
    }
  }
}

/** Throws the error where the part must not be missing. */
function without({ otherwise, rejections }: Part, error: unknown): PartOutcome {
  if (otherwise === 'fail' || (rejections === 'fail' && rejectionOf(error) !== undefined)) throw error;
  return otherwise === 'omit' ? { state: 'omitted', error } : { state: 'default', answer: structuredClone(otherwise.default), error };
}

function composed(outcomes: readonly (readonly [name: string, outcome: PartOutcome])[]): Composed<object> {
  const there = outcomes.flatMap(([name, outcome]) => (outcome.state === 'omitted' ? [] : [[name, outcome.answer]]));
  const missing = outcomes.filter(([, { state }]) => state === 'default' || state === 'omitted');
  return {
    data: Object.fromEntries(there) as object,
    complete: missing.length === 0,
    parts: Object.fromEntries(outcomes.map(([name, { state }]) => [name, state])),
    reasons: Object.fromEntries(missing.map(([name, { error }]) => [name, reasonOf(error)])),
  };
}

function reasonOf(error: unknown): string {
  return rejectionOf(error)?.code ?? (isMinosError(error) ? error.code : 'FAULT');
}
