import type { Clock } from '@minos/common';
import type { PartitionRef, StoredMessage } from '../../contracts/broker.js';
import type { FetchedPartition } from '../client/wire.js';
import { recordsFrom } from './stored-messages.js';

export interface FlowOptions {
  readonly place: PartitionRef;
  readonly batchSize: number;
  readonly clock: Clock;
  readonly deliver: (messages: readonly StoredMessage[]) => Promise<void>;
  /** There may be room again, or nothing may be wanted any more. */
  readonly changed: () => void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** Bytes fetched ahead of the reader. */
const AHEAD_BYTES = 4_000_000;

/** What is read of one partition: fetched a little ahead, delivered one batch at a time. */
export class PartitionFlow {
  private ahead: StoredMessage[] = [];
  private aheadBytes = 0;
  private paused = false;
  private readonly stopping = new AbortController();
  private delivering: Promise<void> | undefined;

  constructor(
    private readonly options: FlowOptions,
    /** The next offset to fetch. */
    private from: bigint,
  ) {}

  get place(): PartitionRef {
    return this.options.place;
  }

  get position(): bigint {
    return this.from;
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** Whether more should be fetched. */
  get wants(): boolean {
    return !this.stopped && !this.paused && this.ahead.length < this.options.batchSize && this.aheadBytes < AHEAD_BYTES;
  }

  get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Takes what was fetched at `fetchedAt`; dropped where reading stands elsewhere by now. */
  take(fetched: FetchedPartition, fetchedAt: bigint): void {
    if (this.stopped || fetchedAt !== this.from) return;
    const { messages, next } = recordsFrom(this.place, fetched, this.from);
    this.from = next;
    for (const message of messages) this.aheadBytes += message.body.byteLength;
    this.ahead.push(...messages);
    this.deliver();
  }

  /** Goes on elsewhere: the offset is not kept any more. */
  jump(from: bigint): void {
    this.from = from;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.deliver();
    this.options.changed();
  }

  /** Nothing is delivered from now on. Resolves when the delivery that runs, if one does, has settled. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.options.changed();
    await this.delivering;
  }

  private deliver(): void {
    if (this.delivering !== undefined || !this.canDeliver) return;
    this.delivering = this.run().finally(() => {
      this.delivering = undefined;
      this.deliver();
    });
  }

  private get canDeliver(): boolean {
    return !this.stopped && !this.paused && this.ahead.length > 0;
  }

  private async run(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (this.canDeliver) {
      const batch = this.ahead.slice(0, this.options.batchSize);
      try {
        await this.options.deliver(batch);
      } catch {
        await this.options.clock.sleep(pause, this.stopping.signal).catch(() => undefined);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
        continue;
      }
      pause = FIRST_PAUSE_MS;
      this.ahead = this.ahead.slice(batch.length);
      for (const { body } of batch) this.aheadBytes -= body.byteLength;
      this.options.changed();
    }
  }
}
