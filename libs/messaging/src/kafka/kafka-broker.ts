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
} from '../contracts/broker.js';
import { BrokerClosedError, ChannelUnknownError } from '../errors/broker.errors.js';
import { ChannelAdmin } from './channels/channel-admin.js';
import { KnownChannels } from './channels/channel-facts.js';
import { groupLag } from './channels/group-lag.js';
import { asBrokerError } from './client/kafka.errors.js';
import { KafkaLinks } from './client/kafka-links.js';
import { loadKafkaJs } from './client/load-kafkajs.js';
import { AssignmentCodec } from './group/assignment-plan.js';
import { GroupSeat } from './group/group-seat.js';
import { KafkaGroupMember } from './group/kafka-group-member.js';
import { resolveKafkaOptions, type KafkaBrokerOptions, type ResolvedKafkaOptions } from './kafka-broker.options.js';
import { partitionOfKey } from './publish/key-partition.js';
import { LaneSender } from './publish/lane-sender.js';
import { Publisher } from './publish/publisher.js';
import { KafkaFollower } from './read/kafka-follower.js';

const COMPRESSION = { none: 0, gzip: 1 } as const;
const BATCH_SIZE = 500;
const REVOKE_GRACE_MS = 5_000;
const SESSION_TIMEOUT_MS = 10_000;
/** Beside the grace time, what a member needs to notice a rebalance and to join again. */
const REBALANCE_SLACK_MS = 5_000;

/**
 * A broker on Apache Kafka 2.1 and newer, 4.x included. Channels are topics with the broker's own time; a key goes into the partition that every Kafka client
 * chooses for it. Nothing is connected before the first call. Needs the package `kafkajs`.
 */
export class KafkaBroker implements Broker {
  private readonly options: ResolvedKafkaOptions;
  private readonly publishing: KafkaLinks;
  private readonly asking: KafkaLinks;
  private readonly known: KnownChannels;
  private readonly publisher: Publisher;
  private readonly admin: ChannelAdmin;
  private readonly members = new Set<KafkaGroupMember>();
  private readonly followers = new Set<KafkaFollower>();
  private readonly channels = new Set<string>();
  private closing: Promise<void> | undefined;

  constructor(options: KafkaBrokerOptions) {
    this.options = resolveKafkaOptions(options);
    const { clock, timeoutMs, compression, replicationFactor } = this.options;
    this.publishing = new KafkaLinks(this.options, () => [...this.channels]);
    this.asking = new KafkaLinks(this.options, () => [...this.channels]);
    this.known = new KnownChannels(this.publishing);
    this.publisher = new Publisher({
      sender: new LaneSender({ links: this.publishing, clock, timeoutMs, compression: COMPRESSION[compression] }),
      channels: this.known,
      compresses: compression !== 'none',
    });
    this.admin = new ChannelAdmin({ links: this.asking, clock, timeoutMs, replicationFactor });
  }

  ensureChannels(channels: readonly ChannelDefinition[]): Promise<void> {
    return this.call('ensureChannels', 'make channels', async () => {
      await this.admin.ensure(channels);
      for (const { name } of channels) this.channels.add(name);
    });
  }

  publish(messages: readonly BrokerMessage[]): Promise<readonly PublishOutcome[]> {
    return this.call('publish', 'publish messages', async () => (messages.length === 0 ? [] : this.publisher.publish(messages)));
  }

  partitionOf(channel: string, key: string): Promise<number> {
    return this.call('partitionOf', 'find the partition of a key', async () => {
      const facts = await this.known.facts(channel);
      if (facts === undefined) throw new ChannelUnknownError(channel);
      return partitionOfKey(key, facts.partitions);
    });
  }

  join(options: GroupOptions): Promise<GroupMember> {
    return this.call('join', 'join a group', async () => {
      const member = this.memberOf(options);
      this.members.add(member);
      try {
        await member.begin();
      } catch (error) {
        this.members.delete(member);
        throw error;
      }
      return member;
    });
  }

  follow(options: FollowOptions): Promise<Follower> {
    return this.call('follow', 'follow a partition', async () => {
      const links = new KafkaLinks(this.options, () => [options.partition.channel]);
      const follower = new KafkaFollower(links, this.options.clock, (closed) => this.followers.delete(closed));
      this.followers.add(follower);
      try {
        await follower.begin(options);
      } catch (error) {
        await follower.close();
        throw error;
      }
      return follower;
    });
  }

  describe(channel: string): Promise<ChannelDescription> {
    return this.call('describe', 'describe a channel', () => this.admin.describe(channel));
  }

  origin(): Promise<string> {
    return this.call('origin', 'learn the id of the cluster', () => this.admin.clusterId());
  }

  lag(group: string, channels: readonly string[]): Promise<readonly PartitionLag[]> {
    const { clock } = this.options;
    return this.call('lag', 'tell how far a group is behind', () =>
      this.asking.persist((link) => groupLag(link, { group, channels, clock })),
    );
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    await Promise.all([
      ...[...this.members].map((member) => member.leave()),
      ...[...this.followers].map((follower) => follower.close()),
      this.publisher.drain(),
    ]);
    await Promise.all([this.publishing.close(), this.asking.close()]);
  }

  private memberOf({ group, channels, listener, ...given }: GroupOptions): KafkaGroupMember {
    const { batchSize = BATCH_SIZE, revokeGraceMs = REVOKE_GRACE_MS, sessionTimeoutMs = SESSION_TIMEOUT_MS } = given;
    const { clock, clientId, timeoutMs } = this.options;
    const named = { ...this.options, clientId: `${clientId}-${given.member}` };
    const requestTimeoutMs = Math.ceil(Math.min(timeoutMs / 2, sessionTimeoutMs / 3));
    const links = new KafkaLinks(named, () => channels, requestTimeoutMs);
    const codec = new AssignmentCodec(loadKafkaJs().AssignerProtocol);
    const rebalanceTimeoutMs = revokeGraceMs + REBALANCE_SLACK_MS;
    const seat = new GroupSeat({ links, codec, group, channels, sessionTimeoutMs, rebalanceTimeoutMs });
    const left = (member: KafkaGroupMember): void => void this.members.delete(member);
    return new KafkaGroupMember({ links, seat, clock, listener, batchSize, revokeGraceMs, sessionTimeoutMs, left });
  }

  private async call<T>(name: string, what: string, work: () => Promise<T>): Promise<T> {
    if (this.closing !== undefined) throw new BrokerClosedError();
    const { crashPoints } = this.options;
    const before = crashPoints.reach(`messaging.${name}.before`);
    if (before !== undefined) await before;
    const answer = await work().catch((error: unknown) => Promise.reject(asBrokerError(error, what)));
    await crashPoints.reach(`messaging.${name}.after`);
    return answer;
  }
}
