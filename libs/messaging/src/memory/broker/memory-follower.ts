import type { Follower, FollowOptions } from '../../contracts/broker.js';
import type { MemoryContext } from './memory-context.js';
import type { MemoryPartition } from './memory-partition.js';
import { PartitionReader } from './partition-reader.js';
import { settledWithin } from './settled-within.js';

const BATCH_SIZE = 500;
/** How long close() waits for a delivery that is running. */
const GRACE_MS = 5_000;

/** Reads one partition from where it stood when it was made. */
export class MemoryFollower implements Follower {
  /** Resolves when it is closed and no delivery is running. */
  readonly ended: Promise<void>;
  private readonly stop = new AbortController();

  constructor(
    private readonly context: MemoryContext,
    partition: MemoryPartition,
    options: FollowOptions,
  ) {
    const { connection, clock, retryMs } = context;
    const { signal } = this.stop;
    const deliver: FollowOptions['messages'] = async (messages) => options.messages(messages);
    const reader = new PartitionReader({ partition, connection, clock, retryMs, signal, batchSize: BATCH_SIZE, deliver });
    this.ended = reader.run(partition.resolve(options.from));
  }

  silentMs(): number {
    return this.context.connection.silentMs;
  }

  async close(): Promise<void> {
    this.stop.abort();
    await settledWithin(this.ended, GRACE_MS, this.context.clock);
  }
}
