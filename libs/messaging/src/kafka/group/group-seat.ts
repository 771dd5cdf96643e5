import type { PartitionRef } from '../../contracts/broker.js';
import { byTopic } from '../channels/offsets.js';
import { kafkaErrorType } from '../client/kafka.errors.js';
import type { KafkaLink } from '../client/kafka-link.js';
import type { KafkaLinks } from '../client/kafka-links.js';
import type { AssignmentCodec } from './assignment-plan.js';
import { planAssignment, PROTOCOL } from './assignment-plan.js';

export interface SeatOptions {
  readonly links: KafkaLinks;
  readonly codec: AssignmentCodec;
  readonly group: string;
  readonly channels: readonly string[];
  readonly sessionTimeoutMs: number;
  /** How long Kafka waits for a member to join again before it goes on without it. */
  readonly rebalanceTimeoutMs: number;
}

/** What a member was given when all had joined. */
export interface Share {
  readonly partitions: readonly PartitionRef[];
  /** Channels of ours that did not exist at that time. */
  readonly missing: readonly string[];
}

/** kafkajs waits so much longer for the answer to a join than Kafka may take. */
const JOIN_SLACK_MS = 6_000;

/** A place in a group: the requests of the classic group protocol (JoinGroup to LeaveGroup), for one member. */
export class GroupSeat {
  private memberId = '';
  private generation = -1;

  constructor(private readonly options: SeatOptions) {}

  /** Resolves when the group has agreed on who has what; takes as long as others need to give their partitions up. */
  async join(): Promise<Share> {
    const { links, rebalanceTimeoutMs } = this.options;
    return links.use(
      async (link) => {
        try {
          return await this.joinOver(link);
        } catch (error) {
          if (kafkaErrorType(error) === 'UNKNOWN_MEMBER_ID') this.memberId = '';
          throw error;
        }
      },
      2 * rebalanceTimeoutMs + JOIN_SLACK_MS,
    );
  }

  async heartbeat(withinMs: number): Promise<void> {
    const { links, group } = this.options;
    await links.use(async (link) => {
      const node = await link.coordinator(group);
      await node.heartbeat({ groupId: group, groupGenerationId: this.generation, memberId: this.memberId });
    }, withinMs);
  }

  /** Where the group stands; refused by Kafka for a member that lost its seat. */
  async commit(positions: readonly (PartitionRef & { readonly next: bigint })[]): Promise<void> {
    const { links, group } = this.options;
    await links.use(async (link) => {
      const node = await link.coordinator(group);
      const topics = byTopic(positions, ({ partition, next }) => ({ partition, offset: String(next) }));
      await node.offsetCommit({ groupId: group, groupGenerationId: this.generation, memberId: this.memberId, topics });
    });
  }

  /** Those of our channels that exist by now. */
  existing(channels: readonly string[]): Promise<string[]> {
    return this.options.links.use((link) => existingOf(link, channels));
  }

  async leave(): Promise<void> {
    if (this.memberId === '') return;
    const { links, group } = this.options;
    const memberId = this.memberId;
    this.memberId = '';
    await links.use(async (link) => {
      const node = await link.coordinator(group);
      await node.leaveGroup({ groupId: group, memberId });
    });
  }

  /** The next join is that of a new member. */
  forget(): void {
    this.memberId = '';
  }

  private async joinOver(link: KafkaLink): Promise<Share> {
    const { group, channels, codec, sessionTimeoutMs, rebalanceTimeoutMs } = this.options;
    const existing = await existingOf(link, channels);
    const node = await link.coordinator(group);
    const answer = await node.joinGroup({
      groupId: group,
      memberId: this.memberId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: rebalanceTimeoutMs,
      groupProtocols: [{ name: PROTOCOL, metadata: codec.encodeWish(channels, existing) }],
    });
    this.memberId = answer.memberId;
    this.generation = answer.generationId;
    const plan = answer.leaderId === answer.memberId ? await this.plan(link, answer.members) : [];
    const { memberAssignment } = await node.syncGroup({
      groupId: group,
      generationId: this.generation,
      memberId: this.memberId,
      groupAssignment: plan,
    });
    const partitions = codec.decodeShare(memberAssignment).filter(({ channel }) => channels.includes(channel));
    return { partitions, missing: channels.filter((channel) => !existing.includes(channel)) };
  }

  private async plan(
    link: KafkaLink,
    members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[],
  ): Promise<{ memberId: string; memberAssignment: Buffer }[]> {
    const { codec } = this.options;
    const subscribers = members.map(({ memberId, memberMetadata }) => codec.decodeWish(memberId, memberMetadata));
    const partitions = new Map<string, number>();
    for (const channel of new Set(subscribers.flatMap(({ channels }) => channels))) {
      partitions.set(channel, (await link.leaders(channel))?.length ?? 0);
    }
    const plan = planAssignment(subscribers, partitions);
    return [...plan].map(([memberId, share]) => ({ memberId, memberAssignment: codec.encodeShare(share) }));
  }
}

async function existingOf(link: KafkaLink, channels: readonly string[]): Promise<string[]> {
  const existing: string[] = [];
  for (const channel of channels) {
    if ((await link.leaders(channel)) !== undefined) existing.push(channel);
  }
  return existing;
}
