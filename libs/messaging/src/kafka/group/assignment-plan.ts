import type { PartitionRef } from '../../contracts/broker.js';
import type { KafkaJs } from '../client/wire.js';

/** Name of the way in which our members share partitions; all members of a group have it in common. */
export const PROTOCOL = 'minos';
const VERSION = 1;
const NO_DATA = Buffer.alloc(0);

export interface Subscriber {
  readonly memberId: string;
  readonly channels: readonly string[];
}

/**
 * Gives each partition to one of the members that want its channel, so that their numbers of partitions differ as little as possible. The same members and
 * channels give the same plan.
 */
export function planAssignment(members: readonly Subscriber[], partitions: ReadonlyMap<string, number>): Map<string, PartitionRef[]> {
  const plan = new Map(members.map(({ memberId }) => [memberId, [] as PartitionRef[]]));
  const ordered = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  for (const [channel, count] of [...partitions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const takers = ordered.filter(({ channels }) => channels.includes(channel)).map(({ memberId }) => plan.get(memberId) ?? []);
    for (let partition = 0; partition < count && takers.length > 0; partition++) {
      const least = takers.reduce((fewest, list) => (list.length < fewest.length ? list : fewest));
      least.push({ channel, partition });
    }
  }
  return plan;
}

/** How the plan and the wishes of members travel: as every Kafka client writes them, so that tools can show them. */
export class AssignmentCodec {
  constructor(private readonly protocol: KafkaJs['AssignerProtocol']) {}

  /** Kafka begins a rebalance where a member's wish reads otherwise than before: so it does when a channel exists that did not. */
  encodeWish(channels: readonly string[], existing: readonly string[]): Buffer {
    return this.protocol.MemberMetadata.encode({ version: VERSION, topics: channels, userData: Buffer.from(existing.join('\n')) });
  }

  decodeWish(memberId: string, bytes: Buffer): Subscriber {
    return { memberId, channels: this.protocol.MemberMetadata.decode(bytes)?.topics ?? [] };
  }

  encodeShare(partitions: readonly PartitionRef[]): Buffer {
    const assignment: Record<string, number[]> = {};
    for (const { channel, partition } of partitions) (assignment[channel] ??= []).push(partition);
    return this.protocol.MemberAssignment.encode({ version: VERSION, assignment, userData: NO_DATA });
  }

  decodeShare(bytes: Buffer): PartitionRef[] {
    const { assignment = {} } = this.protocol.MemberAssignment.decode(bytes) ?? {};
    return Object.entries(assignment).flatMap(([channel, partitions]) => partitions.map((partition) => ({ channel, partition })));
  }
}
