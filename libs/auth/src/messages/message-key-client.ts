import { backoff, type Clock, SystemClock } from '@minos/common';
import { askHttp, failureText } from '@minos/common/http';
import type { AuthLog } from '../contracts/auth-log.js';
import type { ServiceCredential } from '../contracts/service-credentials.js';
import { EphemeralKey } from '../minting/ephemeral-key.js';
import { basicCredential } from '../credentials/basic-credential.js';
import { refusedAnswer } from '../credentials/refused-answer.js';
import { MessageKeyLookup } from './message-key-lookup.js';
import { MessageKeyUnavailableError } from './message.errors.js';

export interface MessageKeyClientOptions {
  /** Address of the keys of messages, http or https: a key is registered there, and those of others are asked for at `/find` below it. */
  readonly url: string;
  readonly credential: ServiceCredential;
  readonly clock?: Clock;
  readonly log?: AuthLog;
}

/** An answer may hold as many keys as one request may ask for. */
const LIMITS = { timeoutMs: 3_000, size: 524_288 };
const [FIRST_PAUSE, LONGEST_PAUSE] = [100, 5_000];
/** Well within the shortest time for which auth keeps a key. A process may run for longer, and a database may have been put back. */
const RENEW_MS = 6 * 3_600_000;

/**
 * The keys of messages at the auth service: the own one, which is made here and registered before it signs anything, and those of others by their ids. Public keys stay with the
 * auth service for as long as messages are kept.
 */
export class MessageKeyClient {
  private readonly clock: Clock;
  private readonly life = new AbortController();
  private readonly own = new EphemeralKey();
  private readonly lookup: MessageKeyLookup;
  private registered = false;
  private failures = 0;
  private running: Promise<void> | undefined;

  constructor(private readonly options: MessageKeyClientOptions) {
    this.clock = options.clock ?? new SystemClock();
    const { url, credential } = options;
    const ask = (kids: readonly string[]): ReturnType<MessageKeyClient['post']> => this.post(`${url}/find`, { kids });
    this.lookup = new MessageKeyLookup({ service: credential.service, ask, clock: this.clock, signal: this.life.signal });
  }

  /** Registers the own key, again and again until it is taken, and anew now and then, so that it stays known. Resolves when the first try is over. Idempotent. */
  async open(): Promise<void> {
    if (this.running !== undefined) return;
    const first = this.register();
    this.running = this.keepRegistered(first);
    await first;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.life.abort();
    await Promise.all([this.running, this.lookup.ended()]);
  }

  /** The own key. Throws `MESSAGE_KEY_UNAVAILABLE` until it is registered: nobody could verify what it signs. */
  readonly signing = (): EphemeralKey => {
    if (!this.registered)
      throw new MessageKeyUnavailableError(
        'Messages cannot be signed',
        'the key of this process is not registered with the auth service yet',
      );
    return this.own;
  };

  /** The key of an id. Rejects with `MESSAGE_KEY_UNAVAILABLE` where that cannot be found out now. */
  get find(): MessageKeyLookup['find'] {
    return this.lookup.find;
  }

  private async keepRegistered(first: Promise<void>): Promise<void> {
    await first;
    while (!this.life.signal.aborted) {
      const pause = this.failures === 0 ? RENEW_MS * (1 - Math.random() / 4) : backoff(this.failures, FIRST_PAUSE, LONGEST_PAUSE);
      await this.clock.sleep(pause, this.life.signal).catch(() => undefined);
      if (!this.life.signal.aborted) await this.register();
    }
  }

  /** Never rejects. */
  private async register(): Promise<void> {
    const { kid, jwk } = this.own;
    try {
      const { status } = await this.post(this.options.url, { jwk });
      const { service } = this.options.credential;
      if (status !== 201) throw new Error(refusedAnswer(status, service));
      this.lookup.add(Object.freeze({ kid, service, alg: 'ES256', jwk }));
      this.registered = true;
      this.failures = 0;
    } catch (error) {
      if (this.failures++ === 0 && !this.life.signal.aborted)
        this.options.log?.warn(
          `The key for messages cannot be registered: ${failureText(error)}. It is tried again${this.registered ? '' : '; nothing is published meanwhile'}`,
        );
    }
  }

  private async post(url: string, body: object): Promise<{ readonly status: number; readonly text: string }> {
    const headers = {
      authorization: basicCredential(this.options.credential),
      'content-type': 'application/json',
      accept: 'application/json',
    };
    const asked = { method: 'POST', body: JSON.stringify(body), headers, signal: this.life.signal };
    const answer = await askHttp(new URL(url), asked, LIMITS);
    return { status: answer.status, text: answer.body.toString() };
  }
}
