import { backoff, type Clock, EventStreamReader, type StreamEvent, SystemClock } from '@minos/common';
import { failureText, HttpStream } from '@minos/common/http';
import type { IssuedToken, Revocation, RevocationCheck } from '../contracts/revocations.js';
import { basicCredential } from '../credentials/basic-credential.js';
import { refusedAnswer } from '../credentials/refused-answer.js';
import { RevocationList } from './revocation-list.js';
import { type ResolvedRevocationsOptions, resolveRevocationsOptions, type RevocationsClientOptions } from './revocations-client.options.js';

/** `following`: what is taken back is known at once. `catching-up`: connected, not everything is known yet. `down`: tokens end by their own time alone. */
export type RevocationsState = 'following' | 'catching-up' | 'down';

export interface RevocationsStatus {
  readonly state: RevocationsState;
  /** Milliseconds since the state is what it is. */
  readonly forMs: number;
  /** Subjects that something was taken back of. */
  readonly subjects: number;
  readonly failure: string | undefined;
}

const FIRST_PAUSE = 50;
/** Characters; one says far less. */
const LONGEST_EVENT = 65_536;
/** More than the clocks of two machines may differ by. */
const SLACK = 60;
const ID = /^[\x21-\x7e]{1,128}$/;

/**
 * Follows what the auth service takes back, and goes on where it was after every interruption. While the stream is down everything that is known stays so, and a token that is
 * taken back meanwhile is refused at its own end at the latest.
 */
export class RevocationsClient implements RevocationCheck {
  private readonly options: ResolvedRevocationsOptions;
  private readonly clock: Clock;
  private readonly list: RevocationList;
  private readonly life = new AbortController();
  private readonly waiting = new Set<() => void>();
  private state: RevocationsState = 'down';
  private since: number;
  private lastId: string | undefined;
  private failures = 0;
  private failure: string | undefined;
  private following: Promise<void> | undefined;

  /** Throws `OPTIONS_INVALID`. Opens nothing yet. */
  constructor(options: RevocationsClientOptions) {
    this.options = resolveRevocationsOptions(options);
    this.clock = this.options.clock ?? new SystemClock();
    this.since = this.clock.monotonic();
    const { longestLife, size } = this.options;
    this.list = new RevocationList({ longestLife: longestLife / 1000 + SLACK, size, now: () => this.clock.now() / 1000 });
  }

  isRevoked(token: IssuedToken): boolean {
    return this.list.isRevoked(token);
  }

  get status(): RevocationsStatus {
    this.list.forget();
    return { state: this.state, forMs: this.clock.monotonic() - this.since, subjects: this.list.size, failure: this.failure };
  }

  /** Begins to follow. Resolves with whether everything is known, after `withinMs` at the latest; following goes on in any case. */
  async open(withinMs: number): Promise<boolean> {
    this.following ??= this.follow();
    if (this.state === 'following') return true;
    const done = new AbortController();
    const end = (): void => done.abort();
    this.life.signal.addEventListener('abort', end);
    const known = new Promise<void>((resolve) => this.waiting.add(resolve));
    await Promise.race([known, this.clock.sleep(withinMs, done.signal).catch(() => undefined)]);
    end();
    this.life.signal.removeEventListener('abort', end);
    return (this.state as RevocationsState) === 'following';
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.life.abort();
    await this.following;
  }

  private async follow(): Promise<void> {
    while (!this.life.signal.aborted) {
      const failure = await this.readStream().catch((error: unknown) => failureText(error));
      if (this.life.signal.aborted) break;
      this.broke(failure ?? 'the stream ended');
      await this.clock.sleep(backoff(this.failures, FIRST_PAUSE, this.options.retry), this.life.signal).catch(() => undefined);
    }
    this.change('down');
  }

  private broke(failure: string): void {
    if (this.failures === 0)
      this.options.log?.warn(`What is taken back cannot be followed: ${failure}. Tokens end by their own time until this is back`);
    this.failures++;
    this.failure = failure;
    this.change('down');
  }

  /** Until the stream ends, which it does not by itself. */
  private async readStream(): Promise<undefined> {
    const { url, timeout: answerMs, silence: silenceMs } = this.options;
    const asked = { headers: this.headers(), signal: this.life.signal };
    const stream = await HttpStream.open(new URL(url), asked, { answerMs, silenceMs });
    try {
      if (stream.status !== 200) throw new Error(refusedAnswer(stream.status, this.options.credential.service));
      if (!isEventStream(stream)) throw new Error(`the answer is no event stream but ${stream.headers['content-type'] ?? 'of no type'}`);
      this.change('catching-up');
      const reader = new EventStreamReader(LONGEST_EVENT);
      for await (const piece of stream.pieces()) for (const event of reader.take(piece)) this.take(event);
      return undefined;
    } finally {
      stream.close();
    }
  }

  private headers(): Record<string, string> {
    const resume: Record<string, string> = this.lastId === undefined ? {} : { 'last-event-id': this.lastId };
    return { accept: 'text/event-stream', authorization: basicCredential(this.options.credential), ...resume };
  }

  private take({ id, event, data }: StreamEvent): void {
    if (event === 'caught-up') this.caughtUp();
    if (event !== 'revoked') return;
    const revocation = revocationOf(data);
    // A line that cannot be read may be the one that matters: connected anew, and said so.
    if (revocation === undefined) throw new Error('an event of it cannot be read');
    this.list.add(revocation);
    if (ID.test(id)) this.lastId = id;
  }

  private caughtUp(): void {
    if (this.failures > 0) this.options.log?.log('What is taken back is followed again');
    this.failures = 0;
    this.failure = undefined;
    this.change('following');
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  private change(state: RevocationsState): void {
    if (state === this.state) return;
    this.state = state;
    this.since = this.clock.monotonic();
  }
}

function isEventStream({ headers }: HttpStream): boolean {
  return (headers['content-type'] ?? '').startsWith('text/event-stream');
}

function revocationOf(data: string): Revocation | undefined {
  try {
    const { subject, session, notBefore } = JSON.parse(data) as Readonly<Record<string, unknown>>;
    if (typeof subject !== 'string' || typeof notBefore !== 'number' || !Number.isFinite(notBefore)) return undefined;
    if (session === undefined || session === null) return { subject, notBefore };
    return typeof session === 'string' ? { subject, session, notBefore } : undefined;
  } catch {
    return undefined;
  }
}
