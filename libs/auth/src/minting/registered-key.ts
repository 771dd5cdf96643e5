import { backoff, type Clock, parseJson, SystemClock } from '@minos/common';
import { askHttp, failureText } from '@minos/common/http';
import { basicCredential } from '../credentials/basic-credential.js';
import { refusedAnswer } from '../credentials/refused-answer.js';
import { EphemeralKey } from './ephemeral-key.js';
import type { ResolvedMinterOptions } from './minter.options.js';

/** A key that the auth service publishes, and until when, in milliseconds since the epoch. */
export interface Registration {
  readonly key: EphemeralKey;
  readonly expiresAt: number;
}

const ANSWER_SIZE = 16_384;
const FIRST_PAUSE = 100;

/**
 * Keeps a key of this process published: registers it, renews it when half of its time is over, replaces it when it is old. A key that is still published goes on signing
 * whatever happens to the next registration.
 */
export class RegisteredKey {
  private readonly clock: Clock;
  private readonly life = new AbortController();
  private registered: Registration | undefined;
  private madeAt = 0;
  private failures = 0;
  private lastFailure: string | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly options: ResolvedMinterOptions) {
    this.clock = options.clock ?? new SystemClock();
  }

  /** The key that signs now; `undefined` where none is published any more, or yet. */
  get current(): Registration | undefined {
    return this.registered !== undefined && this.registered.expiresAt > this.clock.now() ? this.registered : undefined;
  }

  get failure(): string | undefined {
    return this.lastFailure;
  }

  /** Resolves when the first try is over, good or not: it goes on in any case. Idempotent. */
  async open(): Promise<void> {
    if (this.running !== undefined) return;
    const first = this.register();
    this.running = this.keep(first);
    await first;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.life.abort();
    await this.running;
  }

  private async keep(first: Promise<void>): Promise<void> {
    await first;
    while (!this.life.signal.aborted) {
      const awake = await this.clock.sleep(this.pause(), this.life.signal).then(
        () => true,
        () => false,
      );
      if (awake) await this.register();
    }
  }

  private pause(): number {
    if (this.failures > 0) return backoff(this.failures, FIRST_PAUSE, this.options.retry);
    return Math.max(FIRST_PAUSE, ((this.registered?.expiresAt ?? 0) - this.clock.now()) / 2);
  }

  /** Never rejects. */
  private async register(): Promise<void> {
    const now = this.clock.now();
    const key = this.keyFor(now);
    try {
      const expiresAt = await this.post(key);
      if (key !== this.registered?.key) this.madeAt = now;
      this.registered = { key, expiresAt };
      this.succeeded();
    } catch (error) {
      if (!this.life.signal.aborted) this.failed(failureText(error));
    }
  }

  /** The same while it is young. */
  private keyFor(now: number): EphemeralKey {
    const { registered } = this;
    return registered === undefined || now - this.madeAt >= this.options.keyAge ? new EphemeralKey() : registered.key;
  }

  private succeeded(): void {
    if (this.failures > 0) this.options.log?.log('The key for service tokens is registered again');
    this.failures = 0;
    this.lastFailure = undefined;
  }

  private failed(reason: string): void {
    if (this.failures === 0) this.options.log?.warn(`The key for service tokens cannot be registered: ${reason}. It is tried again`);
    this.failures++;
    this.lastFailure = reason;
  }

  private async post({ jwk, kid }: EphemeralKey): Promise<number> {
    const { credential, timeout: timeoutMs, url, keyLife } = this.options;
    const headers = { authorization: basicCredential(credential), 'content-type': 'application/json', accept: 'application/json' };
    const body = JSON.stringify({ jwk, ttl: Math.floor(keyLife / 1000) });
    const asked = { method: 'POST', headers, body, signal: this.life.signal };
    const answer = await askHttp(new URL(url), asked, { timeoutMs, size: ANSWER_SIZE });
    if (answer.status !== 201) throw new Error(refusedAnswer(answer.status, credential.service));
    const { kid: taken, expiresAt } = parseJson(answer.body.toString()) as Readonly<Record<string, unknown>>;
    const until = timeOf(expiresAt);
    if (taken !== kid || until === undefined) throw new Error('the answer is not about this key');
    return until;
  }
}

/** ISO-8601, or seconds since the epoch. */
function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isFinite(time) ? time : undefined;
}
