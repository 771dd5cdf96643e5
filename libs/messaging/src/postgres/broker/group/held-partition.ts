import type { GroupListener, PartitionRef } from '../../../contracts/broker.js';
import type { BrokerContext } from '../broker-context.js';
import { PartitionReader } from '../partition-reader.js';
import type { ReadLoop } from '../read-loop.js';
import { nextOf, startOffset } from '../start-offset.js';

/** A partition as a heartbeat answers it. */
export interface AssignedRow {
  readonly channel: string;
  readonly channel_id: number;
  readonly partition: number;
  readonly epoch: bigint;
  readonly next: bigint;
  readonly giving_back: boolean;
}

export interface HeldPartitionOptions {
  readonly context: BrokerContext;
  readonly loop: ReadLoop;
  readonly listener: GroupListener;
  readonly row: AssignedRow;
  /** The last calls for this partition under an earlier assignment: they end first. */
  readonly before: Promise<void>;
}

/** One assignment of one partition: from `assigned` over its deliveries to `revoked`, one call at a time. */
export class HeldPartition {
  readonly partition: PartitionRef;
  readonly channelId: number;
  readonly epoch: bigint;
  /** Whether a give-back of it is under way. */
  releasing = false;
  private readonly begun: Promise<void>;
  private reader: PartitionReader | undefined;
  private granted = false;
  private paused = false;
  private how: 'revoked' | 'lost' | undefined;
  private stopped: Promise<void> | undefined;

  constructor(private readonly options: HeldPartitionOptions) {
    const { row } = options;
    this.partition = { channel: row.channel, partition: row.partition };
    this.channelId = row.channel_id;
    this.epoch = row.epoch;
    this.begun = this.begin();
    this.begun.catch(() => undefined);
  }

  /** Whether the listener has it and gets its messages. */
  get active(): boolean {
    return this.reader !== undefined && this.how === undefined;
  }

  get stopping(): boolean {
    return this.how !== undefined;
  }

  /** Resolves when delivery has begun or the assignment has ended before; rejects as `assigned` does. */
  started(): Promise<void> {
    return this.begun;
  }

  pause(): void {
    this.paused = true;
    this.reader?.pause();
  }

  resume(): void {
    this.paused = false;
    this.reader?.resume();
  }

  /** Ends delivery now, and then tells the listener, once; resolves when that has settled. `lost` takes the place of a `revoked` that was not said yet. */
  stop(how: 'revoked' | 'lost'): Promise<void> {
    if (this.how !== 'lost') this.how = how;
    this.stopped ??= this.end();
    return this.stopped;
  }

  private async begin(): Promise<void> {
    const { listener, row, before, context } = this.options;
    await before;
    if (this.stopping) return;
    const start = await listener.assigned(this.partition);
    this.granted = true;
    const position = await startOffset(start, row.next, () => nextOf(context.gateway, this.channelId, this.partition));
    if (!this.stopping) this.read(position);
  }

  private read(position: bigint): void {
    const { context, loop, listener } = this.options;
    const { partition, channelId } = this;
    const reader = new PartitionReader({
      clock: context.clock,
      channelId,
      partition,
      position,
      messages: (messages) => listener.messages(partition, messages),
      onReady: () => loop.wake(),
    });
    if (this.paused) reader.pause();
    this.reader = reader;
    loop.add(reader);
  }

  private async end(): Promise<void> {
    const { reader, partition } = this;
    if (reader !== undefined) this.options.loop.remove(reader);
    await reader?.stop();
    await this.begun.catch(() => undefined);
    if (this.granted) await this.tell(partition);
  }

  /** A rejection is ignored, and so is a listener that throws. */
  private async tell(partition: PartitionRef): Promise<void> {
    try {
      await this.options.listener.revoked(partition, this.how ?? 'lost');
    } catch {
      return;
    }
  }
}
