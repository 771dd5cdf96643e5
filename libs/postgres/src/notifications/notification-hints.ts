import { randomUUID } from 'node:crypto';
import { option, validateOptions, type Clock } from '@minos/common';
import { Client } from 'pg';
import { HELLO, HERE, HintPeers } from './hint-peers.js';
import type { SqlExecutor } from '../contracts/executor.js';
import { LISTEN_HINTS, SEND_HINTS } from './notification-hints.sql.js';

export interface NotificationHintsOptions {
  /** The server to listen on: its own address, not that of a pooler that shares connections. */
  readonly connectionString: string;
  /** What hints are sent over: the pool. */
  readonly sql: SqlExecutor;
  readonly clock: Clock;
  /** Hints of one channel within this time become one. @default 5 */
  readonly coalesceMs?: number;
  /** Whether the sender hears its own hints; where it does not, it sends none while it knows that nobody else listens. @default true */
  readonly echo?: boolean;
  /** First pause before connecting anew; it doubles up to 50 times that. @default 100 */
  readonly reconnectMs?: number;
}

const FIELDS = {
  connectionString: option.string().secret(),
  sql: option.custom<SqlExecutor>('something with query()', (value) => typeof (value as Partial<SqlExecutor> | null)?.query === 'function'),
  clock: option.custom<Clock>('a clock', (value) => typeof (value as Partial<Clock> | null)?.sleep === 'function'),
  coalesceMs: option.integer({ min: 0 }).default(5),
  echo: option.boolean().default(true),
  reconnectMs: option.integer({ min: 1 }).default(100),
};

const LONGEST_PAUSE = 50;
/** What is said without an echo ends with who says it. */
const SIGNED = /@[0-9a-f-]{36}$/;

/** Of the connection that listens. */
const KEEP_ALIVE = {
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  connectionTimeoutMillis: 5_000,
  application_name: 'minos-hints',
};

/**
 * Hints between processes that there is something to look at, over NOTIFY. They may be lost (while the connection is down) and may come without
 * reason, so whoever listens also polls. They are sent in statements of their own, after commits: a NOTIFY inside a transaction would make all
 * commits of the server wait for each other.
 */
export class NotificationHints {
  private readonly options: ReturnType<typeof readOptions>;
  /** Behind the channel in what is sent without an echo. */
  private readonly signature = `@${randomUUID()}`;
  private readonly peers: HintPeers;
  /** Channels of which hints were not sent for want of listeners. */
  private readonly unsaid = new Set<string>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly pending = new Set<string>();
  private readonly stopping = new AbortController();
  private client: Client | undefined;
  private running: Promise<void> | undefined;
  private sending: Promise<void> | undefined;

  constructor(options: NotificationHintsOptions) {
    this.options = readOptions(options);
    this.peers = new HintPeers(this.options.clock);
  }

  /** Whether the connection that listens is up. */
  get connected(): boolean {
    return this.client !== undefined;
  }

  /** Begins to listen and goes on until `close()`; a lost connection is made anew. Does not wait for the first. */
  start(): void {
    this.running ??= this.listen(this.stopping.signal);
  }

  /** Calls `listener` for each hint on `channel`, and once whenever the connection came back, because hints may have been lost. Returns how to stop. */
  on(channel: string, listener: () => void): () => void {
    const listeners = this.listeners.get(channel) ?? new Set();
    this.listeners.set(channel, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Sends a hint to all processes, to this one as `echo` says, soon. Never throws; several in a short time are one. */
  hint(channel: string): void {
    if (this.options.echo) this.say(channel);
    else if (this.connected && this.peers.alone) this.unsaid.add(channel);
    else this.say(channel + this.signature);
  }

  /** Stops listening; hints that were not sent are dropped. Idempotent. */
  async close(): Promise<void> {
    this.stopping.abort();
    this.pending.clear();
    await this.client?.end().catch(() => undefined);
    await Promise.all([this.running, this.sending]);
  }

  private say(payload: string): void {
    if (this.stopping.signal.aborted) return;
    this.pending.add(payload);
    this.sending ??= this.send();
  }

  private async send(): Promise<void> {
    const { clock, sql, coalesceMs } = this.options;
    while (this.pending.size > 0) {
      if (coalesceMs > 0) await clock.sleep(coalesceMs, this.stopping.signal).catch(() => undefined);
      const channels = [...this.pending];
      this.pending.clear();
      // A hint that cannot be sent is a hint that is lost.
      if (channels.length > 0) await sql.query(SEND_HINTS, [channels]).catch(() => undefined);
    }
    // Here and not when the promise has settled: a hint that comes in between must find it ended.
    this.sending = undefined;
  }

  private async listen(signal: AbortSignal): Promise<void> {
    let pause = 1;
    while (!signal.aborted) {
      const lived = await this.listenOnce(signal);
      pause = lived ? 1 : Math.min(pause * 2, LONGEST_PAUSE);
      await this.options.clock.sleep(pause * this.options.reconnectMs, signal).catch(() => undefined);
    }
  }

  /** One connection from beginning to end; resolves with whether it came up. */
  private async listenOnce(signal: AbortSignal): Promise<boolean> {
    const client = new Client({ ...KEEP_ALIVE, connectionString: this.options.connectionString });
    const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
    client.on('error', () => undefined);
    client.on('notification', ({ payload }) => this.heard(payload ?? ''));
    try {
      await client.connect();
      await client.query(LISTEN_HINTS);
    } catch {
      await client.end().catch(() => undefined);
      return false;
    }
    if (signal.aborted) {
      await client.end().catch(() => undefined);
      return true;
    }
    this.client = client;
    this.peers.reset();
    void this.greet(client);
    for (const channel of this.listeners.keys()) this.tell(channel);
    await ended;
    this.client = undefined;
    return true;
  }

  private heard(payload: string): void {
    if (this.listeners.has(payload)) return this.tell(payload);
    const word = payload.slice(0, -this.signature.length);
    if (payload.endsWith(this.signature)) return word === HELLO ? this.peers.greeted() : undefined;
    if (!SIGNED.test(payload)) return;
    this.peers.met();
    if (word === HELLO) this.say(HERE + this.signature);
    // What was not said while nobody seemed to listen.
    for (const channel of this.unsaid) this.say(channel + this.signature);
    this.unsaid.clear();
    this.tell(word);
  }

  /** Until somebody is found, or the connection is another one. */
  private async greet(client: Client): Promise<void> {
    const { signal } = this.stopping;
    for (let again = this.peers.greetAgainMs; again !== undefined && this.client === client; again = this.peers.greetAgainMs) {
      this.say(HELLO + this.signature);
      await this.options.clock.sleep(again, signal).catch(() => undefined);
      if (signal.aborted) return;
    }
  }

  private tell(channel: string): void {
    for (const listener of this.listeners.get(channel) ?? []) listener();
  }
}

function readOptions(options: NotificationHintsOptions): Required<NotificationHintsOptions> {
  return validateOptions('NotificationHints', FIELDS, options);
}
