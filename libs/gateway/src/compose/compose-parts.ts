import { type Clock, isMinosError, type JoinedSignals, joinSignals } from '@minos/common';
import type { ComposedBody, ComposedOutcome, ComposedPartState, FetchPart, PartAnswer } from '../contracts/compose.js';
import type { ComposedPart, ComposedRequest, ComposedRoute } from './composed-route.options.js';

/** What the parts of one answer are asked with. */
export interface ComposePorts {
  readonly clock: Clock;
  readonly fetchPart: FetchPart;
}

/** Until when the answer is wanted. */
export interface ComposeDeadline {
  /** How long it may take, in milliseconds; the time of the composition bounds it. */
  readonly milliseconds: number;
  /** Aborts when the client left. */
  readonly signal?: AbortSignal;
}

/**
 * One answer of a composed route: parts that do not depend on each other are asked at once, what is late is let go, and where a part fails that must not be missing the others are let go, too. Rejects with the reason
 * of the signal alone.
 */
export function composeParts(
  { parts, within }: ComposedRoute,
  request: ComposedRequest,
  ports: ComposePorts,
  deadline: ComposeDeadline,
): Promise<ComposedOutcome> {
  const milliseconds = Math.min(within, deadline.milliseconds);
  return new Composing(ports, request, { ...deadline, milliseconds }).answer(parts);
}

interface PartOutcome {
  readonly state: ComposedPartState;
  readonly data?: unknown;
  /** Why it is its default, or omitted. */
  readonly reason?: string;
}

/** Ends the whole. */
class Ended extends Error {
  constructor(readonly outcome: ComposedOutcome) {
    super('A part that must not be missing is.');
  }
}

const LATE = 'COMPOSITION_PART_LATE';

class Composing {
  private readonly over = new AbortController();
  private readonly end: number;
  private readonly stopped: JoinedSignals;

  constructor(
    private readonly ports: ComposePorts,
    private readonly request: ComposedRequest,
    { milliseconds, signal }: ComposeDeadline,
  ) {
    this.end = ports.clock.monotonic() + milliseconds;
    this.stopped = joinSignals(this.over.signal, ...(signal === undefined ? [] : [signal]));
  }

  async answer(parts: readonly ComposedPart[]): Promise<ComposedOutcome> {
    this.stopped.signal.throwIfAborted();
    const outcomes = new Map<string, Promise<PartOutcome>>();
    for (const part of parts) outcomes.set(part.name, this.outcome(part, outcomes));
    try {
      const found = await Promise.all(outcomes.values());
      return { kind: 'composed', body: bodyOf(parts.map(({ name }, at) => [name, found[at] as PartOutcome])) };
    } catch (error) {
      if (error instanceof Ended) return error.outcome;
      throw error;
    } finally {
      this.over.abort();
      this.stopped.release();
    }
  }

  private async outcome(part: ComposedPart, outcomes: ReadonlyMap<string, Promise<PartOutcome>>): Promise<PartOutcome> {
    const before = await Promise.all(part.after.map(async (name) => ({ name, outcome: (await outcomes.get(name)) as PartOutcome })));
    const missing = before.find(({ outcome }) => outcome.state === 'omitted')?.outcome;
    if (missing !== undefined) return without(part, missing.reason ?? 'FAULT', { kind: 'late', part: part.name, error: undefined });
    const data = Object.fromEntries(before.map(({ name, outcome }) => [name, outcome.data]));
    let answer: PartAnswer;
    try {
      answer = await this.ask(part, data);
    } catch (error) {
      this.stopped.signal.throwIfAborted();
      return without(part, reasonOfError(error), { kind: 'late', part: part.name, error });
    }
    if (answer.status >= 200 && answer.status < 300) return { state: 'complete', data: answer.body };
    return without(part, reasonOfAnswer(answer), { kind: 'failed', part: part.name, answer });
  }

  /** `ask` is code of the application: what it throws is a failure of its part. */
  private async ask(part: ComposedPart, data: Readonly<Record<string, unknown>>): Promise<PartAnswer> {
    const milliseconds = Math.min(part.within, this.end - this.ports.clock.monotonic());
    if (milliseconds <= 0) throw new LatePart();
    const target: unknown = part.ask(this.request, data);
    if (typeof target !== 'string' || !target.startsWith('/'))
      throw new TypeError(`Part "${part.name}" asks for ${String(target)}; give a path.`);
    const asked = new AbortController();
    const over = joinSignals(this.stopped.signal, asked.signal);
    const { signal } = over;
    const time = this.ports.clock.sleep(milliseconds, signal).then(() => {
      throw new LatePart();
    });
    const answer = Promise.resolve().then(() => this.ports.fetchPart({ part: part.name, target, milliseconds, signal }));
    try {
      return await Promise.race([answer, time]);
    } finally {
      asked.abort();
      over.release();
    }
  }
}

/** Its time is over. */
class LatePart extends Error {
  readonly code = LATE;

  constructor() {
    super('The part did not answer in its time.');
  }
}

/** Throws what ends the whole where the part must not be missing. */
function without({ otherwise, rejections }: ComposedPart, reason: string, ending: ComposedOutcome): PartOutcome {
  const rejected = ending.kind === 'failed' && ending.answer.status >= 400 && ending.answer.status < 500;
  if (otherwise === 'fail' || (rejections === 'fail' && rejected)) throw new Ended(ending);
  return otherwise === 'omit' ? { state: 'omitted', reason } : { state: 'default', data: structuredClone(otherwise.default), reason };
}

function bodyOf(outcomes: readonly (readonly [name: string, outcome: PartOutcome])[]): ComposedBody {
  const there = outcomes.filter(([, { state }]) => state !== 'omitted');
  const missing = outcomes.filter(([, { state }]) => state !== 'complete');
  return {
    data: Object.fromEntries(there.map(([name, { data }]) => [name, data ?? null])),
    complete: missing.length === 0,
    parts: Object.fromEntries(outcomes.map(([name, { state }]) => [name, state])),
    reasons: Object.fromEntries(missing.map(([name, { reason }]) => [name, reason ?? 'FAULT'])),
  };
}

function reasonOfAnswer({ status, body }: PartAnswer): string {
  const code: unknown = typeof body === 'object' && body !== null ? (body as { readonly code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[\w.-]{1,100}$/.test(code) ? code : `HTTP_${status}`;
}

function reasonOfError(error: unknown): string {
  if (error instanceof LatePart) return LATE;
  return isMinosError(error) ? error.code : 'FAULT';
}
