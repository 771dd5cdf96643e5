import { OptionsInvalidError } from '@minos/common';
import { textArray } from '@minos/postgres';
import { resolveChannel, type ResolvedChannel } from '../../broker/channel-definition.js';
import { resolveGroupOptions } from '../../broker/group-options.js';
import type {
  Broker,
  BrokerMessage,
  ChannelDefinition,
  ChannelDescription,
  Follower,
  FollowOptions,
  GroupMember,
  GroupOptions,
  PartitionLag,
  PublishOutcome,
} from '../../contracts/broker.js';
import { BrokerClosedError, ChannelPartitionsChangedError, ChannelUnknownError } from '../../errors/broker.errors.js';
import type { BrokerContext } from './broker-context.js';
import { BrokerGateway } from './broker-gateway.js';
import { BrokerHints } from './broker-hints.js';
import { DESCRIBE, ENSURE_CHANNELS, LAG, ORIGIN } from './broker.sql.js';
import { ChannelDirectory } from './channel-directory.js';
import { DayKeeper } from './day-keeper.js';
import { PostgresGroupMember } from './group/postgres-group-member.js';
import { partitionOfKey } from './key-partition.js';
import { LogWriter } from './log-writer.js';
import { resolveBrokerOptions, type PostgresBrokerOptions } from './postgres-broker.options.js';
import { PostgresFollower } from './postgres-follower.js';
import { Publisher } from './publisher.js';
import { nextOf, startOffset } from './start-offset.js';

/** Messages in one delivery to a follower. */
const FOLLOW_BATCH = 500;

interface DescribedPartition {
  readonly retention_ms: number | null;
  readonly partition: number;
  readonly earliest: bigint;
  readonly next: bigint;
}

/**
 * The broker on PostgreSQL: a database that services share, with the schema of {@link BROKER_MIGRATIONS}.
 *
 * A message lies in the partition `keyHash(key)` modulo the count of its channel. Offsets have no holes and ascend in the order of commits, since a partition is locked
 * from the draw of an offset to the commit; so whatever stands behind a reader's position is all there is to read. Retention drops whole days (UTC), when
 * every channel with messages in a day has kept that day for long enough; an existing channel keeps the retention it was made with.
 *
 * It does no I/O before the first call. Each statement has crash points of its own (`messaging.fetch.before`, `messaging.heartbeat.after`, …).
 */
export class PostgresBroker implements Broker {
  private readonly context: BrokerContext;
  private readonly channels: ChannelDirectory;
  private readonly days: DayKeeper;
  private readonly publisher: Publisher;
  private readonly members = new Set<PostgresGroupMember>();
  private readonly followers = new Set<PostgresFollower>();
  private readonly calls = new Set<Promise<unknown>>();
  private started = false;
  private closing: Promise<void> | undefined;

  constructor(options: PostgresBrokerOptions) {
    const { database, clock, connectionString, crashPoints, upkeepMs, ...settings } = resolveBrokerOptions(options);
    const gateway = new BrokerGateway(database, crashPoints);
    const hints = new BrokerHints({ sql: database, clock, connectionString });
    this.context = { gateway, clock, hints, settings: { ...settings, followBatch: FOLLOW_BATCH } };
    this.channels = new ChannelDirectory(gateway);
    this.days = new DayKeeper(gateway, clock, upkeepMs);
    const writer = new LogWriter(gateway, this.channels, this.days, hints);
    this.publisher = new Publisher(this.channels, (messages) => writer.append(messages), settings);
  }

  ensureChannels(channels: readonly ChannelDefinition[]): Promise<void> {
    return this.call(async () => {
      const wanted = distinct(channels.map(resolveChannel));
      if (wanted.length === 0) return;
      const [changed] = await this.context.gateway.call<{ name: string; existing: number; wanted: number }>(
        'ensure-channels',
        ENSURE_CHANNELS,
        [
          textArray(wanted.map(({ name }) => name)),
          wanted.map(({ partitions }) => partitions),
          wanted.map(({ retentionMs }) => (retentionMs === 'forever' ? null : retentionMs)),
        ],
      );
      if (changed !== undefined) throw new ChannelPartitionsChangedError(changed.name, changed.existing, changed.wanted);
    });
  }

  publish(messages: readonly BrokerMessage[]): Promise<readonly PublishOutcome[]> {
    return this.call(() => this.publisher.publish(messages));
  }

  partitionOf(channel: string, key: string): Promise<number> {
    return this.call(async () => {
      await this.channels.find([channel], 'partition-of');
      return partitionOfKey(key, this.channels.get(channel)?.partitions ?? 1);
    });
  }

  join(options: GroupOptions): Promise<GroupMember> {
    return this.call(async () => {
      const member = new PostgresGroupMember(this.context, resolveGroupOptions(options), (left) => this.members.delete(left));
      await member.join();
      this.members.add(member);
      return member;
    });
  }

  follow(options: FollowOptions): Promise<Follower> {
    return this.call(async () => {
      const { partition, from } = options;
      await this.channels.find([partition.channel], 'follow');
      const channel = this.channels.get(partition.channel);
      if (channel === undefined) throw new ChannelUnknownError(partition.channel);
      if (!(partition.partition >= 0 && partition.partition < channel.partitions))
        throw noPartition(partition.partition, channel.partitions);
      const next = (): Promise<bigint> => nextOf(this.context.gateway, channel.id, partition);
      const position = await startOffset(from, from === 'beginning' ? 0n : await next(), next);
      const where = { channelId: channel.id, position };
      const follower = new PostgresFollower(this.context, options, where, (closed) => this.followers.delete(closed));
      this.followers.add(follower);
      return follower;
    });
  }

  describe(channel: string): Promise<ChannelDescription> {
    return this.call(async () => {
      const rows = await this.context.gateway.call<DescribedPartition>('describe', DESCRIBE, [channel]);
      const [first] = rows;
      if (first === undefined) throw new ChannelUnknownError(channel);
      return {
        name: channel,
        retentionMs: first.retention_ms ?? 'forever',
        partitions: rows.map(({ partition, earliest, next }) => ({ channel, partition, earliest, next })),
      };
    });
  }

  origin(): Promise<string> {
    return this.call(async () => {
      const [row] = await this.context.gateway.call<{ origin: string }>('origin', ORIGIN, []);
      return row?.origin ?? '';
    });
  }

  lag(group: string, channels: readonly string[]): Promise<readonly PartitionLag[]> {
    return this.call(async () => {
      await this.channels.find(channels, 'lag');
      return this.context.gateway.call<PartitionLag>('lag', LAG, [group, textArray(channels)]);
    });
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  /** Refuses what comes after `close()`, and lets `close()` wait for what came before. */
  private async call<T>(work: () => Promise<T>): Promise<T> {
    if (this.closing !== undefined) throw new BrokerClosedError();
    this.start();
    const running = work();
    this.calls.add(running);
    try {
      return await running;
    } finally {
      this.calls.delete(running);
    }
  }

  private start(): void {
    if (this.started) return;
    this.started = true;
    this.days.start();
  }

  private async shutDown(): Promise<void> {
    await Promise.allSettled(this.calls);
    await Promise.all([...this.members].map((member) => member.leave()));
    await Promise.all([...this.followers].map((follower) => follower.close()));
    await this.days.close();
    await this.context.hints.close();
  }
}

/** One definition of each channel. Throws `CHANNEL_PARTITIONS_CHANGED` where two of one channel differ. */
function distinct(channels: readonly ResolvedChannel[]): ResolvedChannel[] {
  const found = new Map<string, ResolvedChannel>();
  for (const channel of channels) {
    const other = found.get(channel.name);
    if (other !== undefined && other.partitions !== channel.partitions) {
      throw new ChannelPartitionsChangedError(channel.name, other.partitions, channel.partitions);
    }
    found.set(channel.name, other ?? channel);
  }
  return [...found.values()];
}

function noPartition(partition: number, partitions: number): OptionsInvalidError {
  return new OptionsInvalidError('Broker.follow', [
    { path: 'partition.partition', message: `found ${partition}; give a whole number from 0 to ${partitions - 1}` },
  ]);
}
