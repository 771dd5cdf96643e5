import { randomUUID } from 'node:crypto';
import { SystemClock, type Clock } from '@minos/common';
import { resolveChannel } from '../../broker/channel-definition.js';
import type { ChannelDefinition, PartitionLag, PartitionRef } from '../../contracts/broker.js';
import { ChannelPartitionsChangedError, ChannelUnknownError } from '../../errors/broker.errors.js';
import { MemoryChannel } from './memory-channel.js';
import { MemoryGroup } from './memory-group.js';
import type { MemoryPartition } from './memory-partition.js';
import { partitionName } from './partition-name.js';

/** What several `MemoryBroker`s of one process share: channels, groups and the positions that these told. It stands for the server. */
export class MemoryLog {
  private readonly channels = new Map<string, MemoryChannel>();
  private readonly groups = new Map<string, MemoryGroup>();
  private readonly told = new Map<string, bigint>();

  /** Names this log. */
  readonly origin = randomUUID();

  constructor(readonly clock: Clock = new SystemClock()) {}

  ensureChannels(definitions: readonly ChannelDefinition[]): void {
    const wanted = new Map<string, MemoryChannel>();
    for (const definition of definitions.map(resolveChannel)) {
      const { name, partitions } = definition;
      const existing = this.channels.get(name) ?? wanted.get(name);
      if (existing === undefined) wanted.set(name, new MemoryChannel(definition, this.clock));
      else if (existing.partitions.length !== partitions) {
        throw new ChannelPartitionsChangedError(name, existing.partitions.length, partitions);
      }
    }
    for (const [name, channel] of wanted) this.channels.set(name, channel);
  }

  /** Throws `CHANNEL_UNKNOWN`. */
  channel(name: string): MemoryChannel {
    const found = this.channels.get(name);
    if (found === undefined) throw new ChannelUnknownError(name);
    return found;
  }

  partition({ channel, partition }: PartitionRef): MemoryPartition | undefined {
    return this.channels.get(channel)?.partitions[partition];
  }

  group(name: string): MemoryGroup {
    const found = this.groups.get(name) ?? new MemoryGroup();
    this.groups.set(name, found);
    return found;
  }

  tell(group: string, partition: PartitionRef, next: bigint): void {
    this.told.set(toldKey(group, partition), next);
  }

  lag(group: string, channels: readonly string[]): PartitionLag[] {
    return channels
      .flatMap((name) => this.channel(name).partitions)
      .map((partition) => ({ ...partition.ref, ...partition.behind(this.told.get(toldKey(group, partition.ref)) ?? 0n) }));
  }
}

function toldKey(group: string, partition: PartitionRef): string {
  return JSON.stringify([group, partitionName(partition)]);
}
