import { backoff, type Clock } from '@minos/common';
import type { PartitionRef, StoredMessage } from '../../contracts/broker.js';

const RETRY_FIRST_MS = 50;
const RETRY_LONGEST_MS = 5_000;

/** Before the first day there is. */
const ANY_DAY = '-infinity';

export interface PartitionReaderOptions {
  readonly clock: Clock;
  readonly channelId: number;
  readonly partition: PartitionRef;
  readonly position: bigint;
  readonly messages: (messages: readonly StoredMessage[]) => Promise<void>;
  /** Called when it can take messages again, and there may be some. */
  readonly onReady: () => void;
}

/** Where one reader stands in one partition, and its deliveries, one at a time. */
export class PartitionReader {
  readonly channelId: number;
  readonly partition: PartitionRef;
  /** Whether there may be more for it than was read: it was full, or was not ready when its partition was last looked at. */
  behind = true;
  private at: bigint;
  private lastDay = ANY_DAY;
  private busy = false;
  private paused = false;
  private failures = 0;
  private readonly stopping = new AbortController();
  private delivering: Promise<void> = Promise.resolve();

  constructor(private readonly options: PartitionReaderOptions) {
    this.channelId = options.channelId;
    this.partition = options.partition;
    this.at = options.position;
  }

  /** Whether messages may be read for it now. */
  get ready(): boolean {
    return !this.busy && !this.paused && !this.stopping.signal.aborted;
  }

  /** The next offset to read. */
  get position(): bigint {
    return this.at;
  }

  /** The day of the last message: the next ones are not older. */
  get day(): string {
    return this.lastDay;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.behind = true;
    this.options.onReady();
  }

  /** Delivers what was read at `position`, at least one message; not ready until that is over. Drops it where it has been paused or stopped meanwhile. */
  take(messages: readonly StoredMessage[]): void {
    if (!this.ready) return;
    this.busy = true;
    this.delivering = this.deliver(messages);
  }

  /** Nothing is delivered any more; resolves when a delivery that runs has ended. */
  stop(): Promise<void> {
    this.stopping.abort();
    return this.delivering;
  }

  private async deliver(messages: readonly StoredMessage[]): Promise<void> {
    try {
      await this.options.messages(messages);
      this.advance(messages.at(-1));
      this.failures = 0;
      this.release();
    } catch {
      this.failures += 1;
      // Not part of the delivery: whoever stops does not wait for the pause.
      void this.rest();
    }
  }

  private async rest(): Promise<void> {
    const { clock } = this.options;
    await clock.sleep(backoff(this.failures, RETRY_FIRST_MS, RETRY_LONGEST_MS), this.stopping.signal).catch(() => undefined);
    this.behind = true;
    this.release();
  }

  private release(): void {
    this.busy = false;
    if (this.behind) this.options.onReady();
  }

  private advance(last: StoredMessage | undefined): void {
    if (last === undefined) return;
    this.at = last.offset + 1n;
    this.lastDay = new Date(last.appendedAt).toISOString().slice(0, 10);
  }
}
