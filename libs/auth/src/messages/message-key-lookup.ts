import { BoundedCache, type Clock, parseJson } from '@minos/common';
import { failureText } from '@minos/common/http';
import { refusedAnswer } from '../credentials/refused-answer.js';
import { publicMembers, thumbprint } from '../keys/thumbprint.js';
import { keyObjectOf, type VerifyingKey } from '../verification/signature.js';
import { MessageKeyUnavailableError } from './message.errors.js';
import { MOST_KIDS } from './most-kids.js';

/** The public half of a key that a process of a service signs messages with. It never changes. */
export interface PublishedMessageKey extends VerifyingKey {
  readonly kid: string;
  /** Durable name of the service that registered it. */
  readonly service: string;
}

/** What the auth service answers to a question about these ids. Rejects where it does not. */
export type AskForKeys = (kids: readonly string[]) => Promise<{ readonly status: number; readonly text: string }>;

export interface MessageKeyLookupPorts {
  /** Who asks. */
  readonly service: string;
  readonly ask: AskForKeys;
  readonly clock: Clock;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

interface Question {
  readonly answer: Promise<PublishedMessageKey | undefined>;
  resolve(key: PublishedMessageKey | undefined): void;
  reject(error: unknown): void;
}

/** Milliseconds from one request to the next at the least. */
export const LOOKUP_PAUSE_MS = 200;
const MOST_WAITING = 10_000;
const REMEMBERED = 5_000;

/**
 * The keys of messages by their ids. A key that was found is kept: it never changes. One that is not known waits for a request that begins after it was asked for, since only such
 * a request can tell a key that is new from one that does not exist. All who wait share a request, and requests are never closer than the pause, so a flood of made-up ids costs a
 * few requests a second and keeps no good message from being believed.
 */
export class MessageKeyLookup {
  private readonly found = new BoundedCache<PublishedMessageKey>(REMEMBERED);
  /** Those that no request has asked for yet, in their order. */
  private readonly waiting = new Map<string, Question>();
  private begunAt = -Infinity;
  private running: Promise<void> | undefined;

  constructor(private readonly ports: MessageKeyLookupPorts) {}

  /** The key of an id. Rejects with `MESSAGE_KEY_UNAVAILABLE` where that cannot be found out now. */
  readonly find = (kid: string): PublishedMessageKey | undefined | Promise<PublishedMessageKey | undefined> =>
    this.found.get(kid) ?? this.wait(kid);

  /** Needs not be asked for. */
  add(key: PublishedMessageKey): void {
    this.found.set(key.kid, key);
  }

  /** Resolves when nothing is under way any more, which the signal brings about. */
  async ended(): Promise<void> {
    await this.running;
  }

  private wait(kid: string): Promise<PublishedMessageKey | undefined> {
    const known = this.waiting.get(kid);
    if (known !== undefined) return known.answer;
    if (this.waiting.size >= MOST_WAITING) return Promise.reject(unavailable('too many messages wait for keys'));
    const question = newQuestion();
    this.waiting.set(kid, question);
    this.running ??= this.run();
    return question.answer;
  }

  /** Never rejects. */
  private async run(): Promise<void> {
    const { clock, signal } = this.ports;
    // What is asked in one turn goes with one request.
    await Promise.resolve();
    while (this.waiting.size > 0) {
      const pause = this.begunAt + LOOKUP_PAUSE_MS - clock.monotonic();
      if (pause > 0) await clock.sleep(pause, signal).catch(() => undefined);
      this.begunAt = clock.monotonic();
      await this.answer(this.take());
    }
    this.running = undefined;
  }

  private take(): ReadonlyMap<string, Question> {
    const batch = new Map([...this.waiting].slice(0, MOST_KIDS));
    for (const kid of batch.keys()) this.waiting.delete(kid);
    return batch;
  }

  private async answer(batch: ReadonlyMap<string, Question>): Promise<void> {
    try {
      const { status, text } = await this.ports.ask([...batch.keys()]);
      if (status !== 200) throw new Error(refusedAnswer(status, this.ports.service));
      for (const entry of entriesOf(text)) this.takeEntry(entry, batch);
      for (const [kid, question] of batch) question.resolve(this.found.get(kid));
    } catch (error) {
      for (const question of batch.values()) question.reject(unavailable(failureText(error)));
    }
  }

  /** One that cannot be used keeps no other one from being known. */
  private takeEntry(entry: Entry, batch: ReadonlyMap<string, Question>): void {
    try {
      const key = keyOf(entry);
      if (batch.has(key.kid)) this.add(key);
    } catch (error) {
      batch.get(String(entry.kid))?.reject(unavailable(failureText(error)));
    }
  }
}

function newQuestion(): Question {
  let settle: Pick<Question, 'resolve' | 'reject'> = { resolve: () => undefined, reject: () => undefined };
  const answer = new Promise<PublishedMessageKey | undefined>((resolve, reject) => (settle = { resolve, reject }));
  return { answer, ...settle };
}

type Entry = Readonly<Partial<Record<'kid' | 'jwk' | 'service', unknown>>>;

function entriesOf(text: string): readonly Entry[] {
  const { keys } = parseJson(text) as { readonly keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('the answer is no list of keys');
  return keys.map((entry: unknown) => (entry ?? {}) as Entry);
}

/** Whoever answers vouches for the service alone: that an id is the key's own is seen here. */
function keyOf({ kid, jwk, service }: Entry): PublishedMessageKey {
  const members = typeof jwk === 'object' && jwk !== null ? publicMembers(jwk as Readonly<Record<string, unknown>>) : undefined;
  if (members?.['crv'] !== 'P-256' || thumbprint(members) !== kid || typeof service !== 'string')
    throw new Error('the answer is about another key, or none');
  const key = Object.freeze({ kid, service, alg: 'ES256', jwk: Object.freeze(members) });
  keyObjectOf(key);
  return key;
}

function unavailable(why: string): MessageKeyUnavailableError {
  return new MessageKeyUnavailableError('The key of a message cannot be found out', why);
}
