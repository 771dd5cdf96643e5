import { BoundedCache, type Clock, parseJson, SystemClock } from '@minos/common';
import { askHttp, failureText } from '@minos/common/http';
import type { KeySource, PublishedKey } from '../contracts/keys.js';
import { type KeySetClientOptions, type ResolvedKeySetOptions, resolveKeySetOptions } from './key-set-client.options.js';
import { KeysUnavailableError } from './key.errors.js';
import { readKeySet } from './published-keys.js';
import { SharedRead } from './shared-read.js';

/** What an operator may know of the keys. */
export interface KeySetStatus {
  readonly keys: number;
  /** Milliseconds since the last good fetch; `undefined` before the first. */
  readonly ageMs: number | undefined;
  /** Why the last fetch failed. */
  readonly failure: string | undefined;
}

const WARNINGS = 100;
const NONE: ReadonlyMap<string, PublishedKey> = new Map();

/**
 * The published keys of the auth service. A key that is known is answered at once. One that is not waits for a fetch that begins after it was asked for: only such a fetch can
 * tell a key that is new from one that does not exist. Fetches are never closer than the cooldown and shared by all who wait, so a flood of made-up ids costs one fetch for each
 * cooldown and no good token its answer.
 */
export class KeySetClient implements KeySource {
  private readonly options: ResolvedKeySetOptions;
  private readonly clock: Clock;
  private readonly url: URL;
  private readonly life = new AbortController();
  private readonly fetches: SharedRead<void>;
  private readonly warned = new BoundedCache<true>(WARNINGS);
  private known = NONE;
  private fetchedAt: number | undefined;
  private failure: unknown;
  private waiting = 0;
  private refreshing: Promise<void> | undefined;

  /** Throws `OPTIONS_INVALID`. Asks for nothing yet. */
  constructor(options: KeySetClientOptions) {
    this.options = resolveKeySetOptions(options);
    this.clock = this.options.clock ?? new SystemClock();
    this.url = new URL(this.options.url);
    const { cooldown: pauseMs } = this.options;
    this.fetches = new SharedRead(() => this.fetch(), { clock: this.clock, pauseMs, signal: this.life.signal });
  }

  key(kid: string): PublishedKey | undefined | Promise<PublishedKey | undefined> {
    if (this.isFresh()) {
      const found = this.known.get(kid);
      if (found !== undefined) return found;
    }
    return this.lookFor(kid);
  }

  get status(): KeySetStatus {
    return {
      keys: this.known.size,
      ageMs: this.fetchedAt === undefined ? undefined : this.clock.monotonic() - this.fetchedAt,
      failure: this.failure === undefined ? undefined : failureText(this.failure),
    };
  }

  /** Fetches the keys, and from now on looks at them again. Resolves also where the first fetch fails: it is tried again. Idempotent. */
  async open(): Promise<void> {
    if (this.refreshing !== undefined) return;
    const first = this.fetches.next();
    this.refreshing = this.refresh(first);
    await first.catch(() => undefined);
  }

  /** Ends everything; who waits is turned away. Idempotent. */
  async close(): Promise<void> {
    this.life.abort(new KeysUnavailableError('the client was closed'));
    await Promise.allSettled([this.refreshing, this.fetches.ended()]);
  }

  private isFresh(): boolean {
    return this.fetchedAt !== undefined && this.clock.monotonic() - this.fetchedAt <= this.options.stale;
  }

  private async lookFor(kid: string): Promise<PublishedKey | undefined> {
    // While the source is away nobody waits for each try: what is missing may come later.
    if (this.failure !== undefined && this.fetches.sinceBegun < this.options.cooldown) throw this.unavailable();
    if (this.waiting >= this.options.waiting) throw new KeysUnavailableError('too many callers wait for them');
    this.waiting++;
    try {
      await this.fetches.next();
    } catch (error) {
      throw this.life.signal.aborted ? error : this.unavailable();
    } finally {
      this.waiting--;
    }
    return this.known.get(kid);
  }

  private unavailable(): KeysUnavailableError {
    return new KeysUnavailableError(failureText(this.failure), this.failure);
  }

  private async fetch(): Promise<void> {
    try {
      const { timeout: timeoutMs, size } = this.options;
      const asked = { headers: { accept: 'application/json' }, signal: this.life.signal };
      const { status, body } = await askHttp(this.url, asked, { timeoutMs, size });
      const read = status === 200 ? readKeySet(parseJson(body.toString()), this.known) : undefined;
      if (read === undefined) throw new Error(status === 200 ? 'the answer is no key set' : `the answer is ${status}`);
      this.take(read.keys, read.ignored);
    } catch (error) {
      if (this.failure === undefined)
        this.options.log?.warn(`The keys of tokens could not be fetched from ${this.url.origin}: ${failureText(error)}`);
      this.failure = error;
      throw error;
    }
  }

  private take(keys: ReadonlyMap<string, PublishedKey>, ignored: readonly string[]): void {
    if (this.failure !== undefined) this.options.log?.log('The keys of tokens could be fetched again');
    this.failure = undefined;
    this.known = keys;
    this.fetchedAt = this.clock.monotonic();
    for (const line of ignored) {
      if (this.warned.get(line) === undefined) this.options.log?.warn(line);
      this.warned.set(line, true);
    }
  }

  private async refresh(first: Promise<void>): Promise<void> {
    await first.catch(() => undefined);
    while (!this.life.signal.aborted) {
      const { refresh, cooldown } = this.options;
      const pause = this.failure === undefined ? refresh : Math.min(refresh, cooldown * 5);
      const awake = await this.clock.sleep(pause, this.life.signal).then(
        () => true,
        () => false,
      );
      if (awake) await this.fetches.next().catch(() => undefined);
    }
  }
}
