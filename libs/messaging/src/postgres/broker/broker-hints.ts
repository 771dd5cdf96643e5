import type { Clock } from '@minos/common';
import { NotificationHints, type SqlExecutor } from '@minos/postgres';

const REMOTE = 'minos-broker/';
/** Least time between two notifications of one topic: each is a commit. Who reads busily does not need them. */
const BETWEEN_MS = 10;

export interface BrokerHintsOptions {
  readonly sql: SqlExecutor;
  readonly clock: Clock;
  readonly connectionString: string | undefined;
}

/** The topic of a channel's messages, and of a group's members. */
export const channelTopic = (channel: string): string => `channel/${channel}`;
export const groupTopic = (group: string): string => `group/${group}`;

/**
 * Says that there is something to look at: to listeners of this process at once, and to other processes by a notification, the first without delay and
 * then one for all that came within a short time. Hints may be lost; whoever listens also polls.
 */
export class BrokerHints {
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly remote: NotificationHints | undefined;
  private readonly sent = new Map<string, number>();
  private readonly late = new Set<string>();
  private readonly stopping = new AbortController();

  constructor(private readonly options: BrokerHintsOptions) {
    const { sql, clock, connectionString } = options;
    if (connectionString !== undefined) this.remote = new NotificationHints({ connectionString, sql, clock, coalesceMs: 0 });
  }

  /** Begins to listen to other processes. */
  start(): void {
    this.remote?.start();
  }

  on(topics: readonly string[], listener: () => void): () => void {
    const stops = topics.map((topic) => this.listen(topic, listener));
    return () => stops.forEach((stop) => stop());
  }

  hint(topic: string): void {
    for (const listener of this.listeners.get(topic) ?? []) listener();
    if (this.remote === undefined || this.late.has(topic)) return;
    const { clock } = this.options;
    const left = (this.sent.get(topic) ?? -Infinity) + BETWEEN_MS - clock.monotonic();
    if (left <= 0) return this.send(topic);
    this.late.add(topic);
    void clock.sleep(left, this.stopping.signal).then(
      () => (this.late.delete(topic), this.send(topic)),
      () => undefined,
    );
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.remote?.close();
  }

  private send(topic: string): void {
    this.sent.set(topic, this.options.clock.monotonic());
    this.remote?.hint(REMOTE + topic);
  }

  private listen(topic: string, listener: () => void): () => void {
    const listeners = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, listeners);
    listeners.add(listener);
    const stop = this.remote?.on(REMOTE + topic, listener);
    return () => {
      stop?.();
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners.delete(topic);
    };
  }
}
