import {
  askHttp,
  backoff,
  BoundedCache,
  type Clock,
  failureText,
  type HttpAnswer,
  type HttpAsk,
  parseJson,
  SystemClock,
} from '@minos/common';
import type { AuthLog } from '../contracts/auth-log.js';
import type { ServiceCredential } from '../contracts/service-credentials.js';
import { publicMembers, thumbprint } from '../keys/thumbprint.js';
import { EphemeralKey } from '../minting/ephemeral-key.js';
import { basicCredential } from '../credentials/basic-credential.js';
import { keyObjectOf, type VerifyingKey } from '../verification/signature.js';
import { MessageKeyUnavailableError } from './message.errors.js';

/** The public half of a key that a process of a service signs messages with. It never changes. */
export interface PublishedMessageKey extends VerifyingKey {
  readonly kid: string;
  /** Durable name of the service that registered it. */
  readonly service: string;
}

export interface MessageKeysOptions {
  /** Address of the keys of messages, http or https; a key is found below it. */
  readonly url: string;
  readonly credential: ServiceCredential;
  readonly clock?: Clock;
  readonly log?: AuthLog;
}

const LIMITS = { timeoutMs: 3_000, size: 16_384 };
const [FIRST_PAUSE, LONGEST_PAUSE] = [100, 5_000];
const REMEMBERED = 1_000;
/** Well within the shortest time for which auth keeps a key. A process may run for longer, and a database may have been put back. */
const RENEW_MS = 6 * 3_600_000;

/**
 * The keys of messages: the own one, which is made here and registered before it signs anything, and those of others by their ids. Public keys stay with the auth service for as
 * long as messages are kept, so one that was found never has to be asked for again.
 */
export class MessageKeys {
  private readonly clock: Clock;
  private readonly life = new AbortController();
  private readonly own = new EphemeralKey();
  private readonly found = new BoundedCache<PublishedMessageKey>(REMEMBERED);
  private readonly asked = new Map<string, Promise<PublishedMessageKey | undefined>>();
  private registered = false;
  private failures = 0;
  private running: Promise<void> | undefined;

  constructor(private readonly options: MessageKeysOptions) {
    this.clock = options.clock ?? new SystemClock();
  }

  /** Registers the own key, again and again until it is taken, and anew now and then, so that it stays known. Resolves when the first try is over. Idempotent. */
  async open(): Promise<void> {
    if (this.running !== undefined) return;
    const first = this.register();
    this.running = this.insist(first);
    await first;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.life.abort();
    await Promise.allSettled([this.running, ...this.asked.values()]);
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
  readonly find = (kid: string): PublishedMessageKey | undefined | Promise<PublishedMessageKey | undefined> =>
    this.found.get(kid) ?? this.ask(kid);

  /** One question for all who want to know it. */
  private ask(kid: string): Promise<PublishedMessageKey | undefined> {
    const running = this.asked.get(kid);
    if (running !== undefined) return running;
    const asking = this.fetch(kid).finally(() => this.asked.delete(kid));
    this.asked.set(kid, asking);
    return asking;
  }

  private async fetch(kid: string): Promise<PublishedMessageKey | undefined> {
    const { status, body } = await this.send(`${this.options.url}/${kid}`, {}).catch((error: unknown) =>
      Promise.reject(unavailable(failureText(error))),
    );
    if (status === 404) return undefined;
    const key = status === 200 ? keyOf(body.toString(), kid) : undefined;
    if (key === undefined) throw unavailable(`the answer is ${status}, or about another key`);
    this.found.set(kid, key);
    return key;
  }

  private async insist(first: Promise<void>): Promise<void> {
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
      const { status } = await this.send(this.options.url, { method: 'POST', body: JSON.stringify({ jwk }) });
      if (status !== 201) throw new Error(`the answer is ${status}`);
      const { service } = this.options.credential;
      this.found.set(kid, Object.freeze({ kid, service, alg: 'ES256', jwk }));
      this.registered = true;
      this.failures = 0;
    } catch (error) {
      if (this.failures++ === 0 && !this.life.signal.aborted)
        this.options.log?.warn(
          `The key for messages cannot be registered: ${failureText(error)}. It is tried again${this.registered ? '' : '; nothing is published meanwhile'}`,
        );
    }
  }

  private send(url: string, asked: Pick<HttpAsk, 'method' | 'body'>): Promise<HttpAnswer> {
    const headers = {
      authorization: basicCredential(this.options.credential),
      'content-type': 'application/json',
      accept: 'application/json',
    };
    return askHttp(new URL(url), { ...asked, headers, signal: this.life.signal }, LIMITS);
  }
}

function keyOf(text: string, kid: string): PublishedMessageKey | undefined {
  const { jwk, service } = parseJson(text) as { readonly jwk?: Readonly<Record<string, unknown>>; readonly service?: unknown };
  const members = typeof jwk === 'object' && jwk !== null ? publicMembers(jwk) : undefined;
  if (members?.['crv'] !== 'P-256' || thumbprint(members) !== kid || typeof service !== 'string') return undefined;
  const key = Object.freeze({ kid, service, alg: 'ES256', jwk: Object.freeze(members) });
  keyObjectOf(key);
  return key;
}

function unavailable(why: string): MessageKeyUnavailableError {
  return new MessageKeyUnavailableError('The key of a message cannot be found out', why);
}
