import type { Clock } from '@minos/common';
import { NotificationHints, type SqlExecutor } from '@minos/postgres';

const REMOTE = 'minos-broker/';
/** Least time between two notifications of one topic: each is a commit. Who reads busily does not need them. */
const BETWEEN_MS = 10;
/** The same for one that goes with a commit that there is anyway. */
const BETWEEN_CLAIMS_MS = 4;

export interface BrokerHintsOptions {
  readonly sql: SqlExecutor;
  readonly clock: Clock;
  readonly connectionString: string | undefined;
}

/** The topic of a channel's messages, and of a group's members. */
export const channelTopic = (channel: string): string => `channel/${channel}`;
export const groupTopic = (group: string): string => `group/${group}`;
/** What a notification of the topic says. */
export const payloadOf = (topic: string): string => REMOTE + topic;

/**
 * Says that there is something to look at: to listeners of this process at once, and to other processes by a notification, the first without delay and
 * then one for all that came within a short time. Hints may be lost; whoever listens also polls. The connection that hears is opened for the first listener.
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

  /** Whether other processes can be heard now. */
  get connected(): boolean {
    return this.remote?.connected ?? false;
  }

  on(topics: readonly string[], listener: () => void): () => void {
    const stops = topics.map((topic) => this.listen(topic, listener));
    return () => stops.forEach((stop) => stop());
  }

  hint(topic: string): void {
    this.tell(topic);
    if (this.remote === undefined || this.late.has(topic)) return;
    const left = this.waitOf(topic, BETWEEN_MS);
    if (left <= 0) return this.send(topic);
    this.late.add(topic);
    void this.options.clock.sleep(left, this.stopping.signal).then(
      () => this.late.delete(topic) && this.send(topic),
      () => undefined,
    );
  }

  /**
   * Those of which a notification may go out now: the caller sends it itself, with {@link payloadOf}, and then tells this process by {@link tell}. One that waited
   * to be sent is not sent any more.
   */
  claim(topics: readonly string[]): readonly string[] {
    if (this.remote === undefined) return [];
    const due = topics.filter((topic) => this.waitOf(topic, BETWEEN_CLAIMS_MS) <= 0);
    for (const topic of due) {
      this.late.delete(topic);
      this.sent.set(topic, this.options.clock.monotonic());
    }
    return due;
  }

  /** Hints in this process only. */
  tell(topic: string): void {
    for (const listener of this.listeners.get(topic) ?? []) listener();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.remote?.close();
  }

  private waitOf(topic: string, betweenMs: number): number {
    return (this.sent.get(topic) ?? -Infinity) + betweenMs - this.options.clock.monotonic();
  }

  private send(topic: string): void {
    this.sent.set(topic, this.options.clock.monotonic());
    this.remote?.hint(payloadOf(topic));
  }

  private listen(topic: string, listener: () => void): () => void {
    const listeners = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, listeners);
    listeners.add(listener);
    this.remote?.start();
    const stop = this.remote?.on(payloadOf(topic), listener);
    return () => {
      stop?.();
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners.delete(topic);
    };
  }
}
