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
  PartitionRef,
  PublishOutcome,
  StoredMessage,
} from '../contracts/broker.js';
import { ChannelPartitionsChangedError, ChannelUnknownError } from '../errors/broker.errors.js';

/**
 * A broker whose channels and groups have names of their own on a server that several systems share: `order.events` is `<namespace>.order.events` there.
 * Everything else is the broker's.
 */
export class NamespacedBroker implements Broker {
  private readonly prefix: string;

  constructor(
    private readonly broker: Broker,
    namespace: string,
  ) {
    this.prefix = `${namespace}.`;
  }

  ensureChannels(channels: readonly ChannelDefinition[]): Promise<void> {
    return this.named(this.broker.ensureChannels(channels.map((channel) => ({ ...channel, name: this.out(channel.name) }))));
  }

  async publish(messages: readonly BrokerMessage[]): Promise<readonly PublishOutcome[]> {
    const outcomes = await this.named(this.broker.publish(messages.map((message) => this.outgoing(message))));
    return outcomes.map((outcome) => ('refused' in outcome ? outcome : this.incoming(outcome)));
  }

  partitionOf(channel: string, key: string): Promise<number> {
    return this.named(this.broker.partitionOf(this.out(channel), key));
  }

  async join(options: GroupOptions): Promise<GroupMember> {
    const { listener } = options;
    const member = await this.named(
      this.broker.join({
        ...options,
        group: this.out(options.group),
        channels: options.channels.map((channel) => this.out(channel)),
        listener: {
          assigned: (partition) => listener.assigned(this.incoming(partition)),
          revoked: (partition, how) => listener.revoked(this.incoming(partition), how),
          messages: (partition, messages) => listener.messages(this.incoming(partition), this.delivered(messages)),
        },
      }),
    );
    return {
      status: () => ({ ...member.status(), assignment: member.status().assignment.map((partition) => this.incoming(partition)) }),
      pause: (partition) => member.pause(this.outgoing(partition)),
      resume: (partition) => member.resume(this.outgoing(partition)),
      tell: (partition, next) => member.tell(this.outgoing(partition), next),
      leave: () => member.leave(),
    };
  }

  follow(options: FollowOptions): Promise<Follower> {
    return this.named(
      this.broker.follow({
        partition: this.outgoing(options.partition),
        from: options.from,
        messages: (batch) => options.messages(this.delivered(batch)),
      }),
    );
  }

  async describe(channel: string): Promise<ChannelDescription> {
    const { partitions, ...found } = await this.named(this.broker.describe(this.out(channel)));
    return { ...found, name: channel, partitions: partitions.map((partition) => this.incoming(partition)) };
  }

  /** The same server, but other channels of it. */
  async origin(): Promise<string> {
    return `${await this.broker.origin()}/${this.prefix}`;
  }

  async lag(group: string, channels: readonly string[]): Promise<readonly PartitionLag[]> {
    const found = await this.named(
      this.broker.lag(
        this.out(group),
        channels.map((channel) => this.out(channel)),
      ),
    );
    return found.map((partition) => this.incoming(partition));
  }

  close(): Promise<void> {
    return this.broker.close();
  }

  /** Errors name channels as the caller does: a relay holds back what a broker says is missing. */
  private async named<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof ChannelUnknownError) throw new ChannelUnknownError(this.in(error.channel));
      if (error instanceof ChannelPartitionsChangedError)
        throw new ChannelPartitionsChangedError(this.in(error.channel), error.existing, error.wanted);
      throw error;
    }
  }

  private out(name: string): string {
    return this.prefix + name;
  }

  private in(name: string): string {
    return name.slice(this.prefix.length);
  }

  private outgoing<T extends Pick<PartitionRef, 'channel'>>(named: T): T {
    return { ...named, channel: this.out(named.channel) };
  }

  private incoming<T extends Pick<PartitionRef, 'channel'>>(named: T): T {
    return { ...named, channel: this.in(named.channel) };
  }

  private delivered(messages: readonly StoredMessage[]): readonly StoredMessage[] {
    return messages.map((message) => this.incoming(message));
  }
}
