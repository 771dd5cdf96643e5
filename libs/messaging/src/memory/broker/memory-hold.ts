import type { ResolvedGroupOptions } from '../../broker/group-options.js';
import type { StartPosition } from '../../contracts/broker.js';
import type { MemoryContext } from './memory-context.js';
import type { MemoryPartition } from './memory-partition.js';
import { PartitionReader } from './partition-reader.js';
import { settledWithin } from './settled-within.js';

/** One assignment of one partition to one member, from `assigned` to `revoked`. The calls of its listener never overlap. */
export class MemoryHold {
  /** Resolves when the last call of the listener has ended. Never rejects. */
  readonly ended: Promise<void>;
  private readonly stop = new AbortController();
  private readonly reader: PartitionReader;
  private how: 'revoked' | 'lost' = 'revoked';
  private accepted = false;

  /** `before`: what has to end first, so that two assignments of a partition do not overlap in one member. `refuse` hears of a rejection of `assigned`. */
  constructor(
    private readonly context: MemoryContext,
    private readonly options: ResolvedGroupOptions,
    private readonly partition: MemoryPartition,
    before: Promise<void> | undefined,
    refuse: (error: unknown) => void,
  ) {
    const { clock, connection, retryMs } = context;
    const { batchSize, listener } = options;
    const deliver = (messages: Parameters<typeof listener.messages>[1]): Promise<void> => listener.messages(partition.ref, messages);
    this.reader = new PartitionReader({ partition, connection, clock, batchSize, retryMs, signal: this.stop.signal, deliver });
    this.ended = this.run(before, refuse);
  }

  get ref() {
    return this.partition.ref;
  }

  /** `assigned` has resolved, and nobody has asked for it back. */
  get isActive(): boolean {
    return this.accepted && !this.stop.signal.aborted;
  }

  get isPending(): boolean {
    return !this.accepted && !this.stop.signal.aborted;
  }

  pause(): void {
    this.reader.pause();
  }

  resume(): void {
    this.reader.resume();
  }

  /** Stops delivery and tells the listener; resolves when that is done or the grace time is over. Then another may have it, so a later call says `lost`. */
  async release(how: 'revoked' | 'lost'): Promise<void> {
    if (!this.stop.signal.aborted) this.how = how;
    this.stop.abort();
    if (!(await settledWithin(this.ended, this.options.revokeGraceMs, this.context.clock))) this.how = 'lost';
  }

  private async run(before: Promise<void> | undefined, refuse: (error: unknown) => void): Promise<void> {
    await before;
    if (this.stop.signal.aborted) return;
    let start: StartPosition;
    try {
      start = await this.options.listener.assigned(this.ref);
    } catch (error) {
      this.stop.abort();
      return refuse(error);
    }
    this.accepted = true;
    await this.reader.run(this.partition.resolve(start));
    try {
      await this.options.listener.revoked(this.ref, this.how);
    } catch {
      // The port ignores it.
    }
  }
}
