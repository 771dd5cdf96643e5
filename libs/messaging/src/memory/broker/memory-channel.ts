import { keyHash, type Clock } from '@minos/common';
import type { ResolvedChannel } from '../../broker/channel-definition.js';
import type { ChannelDescription } from '../../contracts/broker.js';
import { MemoryPartition } from './memory-partition.js';

/** One channel: a key is always in the same of its partitions. */
export class MemoryChannel {
  readonly partitions: readonly MemoryPartition[];

  constructor(
    readonly definition: ResolvedChannel,
    clock: Clock,
  ) {
    const { name, partitions, retentionMs } = definition;
    this.partitions = Array.from(
      { length: partitions },
      (_, partition) => new MemoryPartition({ channel: name, partition }, retentionMs, clock),
    );
  }

  partitionOf(key: string): MemoryPartition {
    return this.partitions[(keyHash(key) >>> 0) % this.partitions.length] as MemoryPartition;
  }

  describe(): ChannelDescription {
    const { name, retentionMs } = this.definition;
    return { name, retentionMs, partitions: this.partitions.map((partition) => partition.describe()) };
  }
}
