import type { PartitionRef } from '../../contracts/broker.js';
import type { KafkaLink } from '../client/kafka-link.js';

const CLIENT = -1;
const READ_UNCOMMITTED = 0;
const READ_COMMITTED = 1;
/** What Kafka takes in place of a time. */
const EDGES = { earliest: -2, next: -1 } as const;

/** The offset at one end of each partition, in the order given: the lowest that is kept, or the one behind the last message. */
export async function edgeOffsets(link: KafkaLink, partitions: readonly PartitionRef[], edge: 'earliest' | 'next'): Promise<bigint[]> {
  const groups = await byLeader(link, partitions);
  const found = new Map<string, bigint>();
  await Promise.all(
    [...groups].map(async ([nodeId, group]) => {
      const node = await link.node(nodeId);
      const topics = byTopic(group, ({ partition }) => ({ partition, timestamp: EDGES[edge] }));
      const isolationLevel = edge === 'next' ? READ_COMMITTED : READ_UNCOMMITTED;
      const { responses } = await node.listOffsets({ replicaId: CLIENT, isolationLevel, topics });
      for (const answer of responses) {
        for (const { partition, offset } of answer.partitions) found.set(`${answer.topic} ${partition}`, BigInt(offset));
      }
    }),
  );
  return partitions.map(({ channel, partition }) => {
    const offset = found.get(`${channel} ${partition}`);
    if (offset === undefined) throw new Error(`Kafka did not tell an offset of ${channel}/${partition}`);
    return offset;
  });
}

/** Partitions by the node that leads them. */
export async function byLeader<P extends PartitionRef>(link: KafkaLink, partitions: readonly P[]): Promise<Map<number, P[]>> {
  const groups = new Map<number, P[]>();
  for (const place of partitions) {
    const nodeId = await link.leader(place.channel, place.partition);
    groups.set(nodeId, [...(groups.get(nodeId) ?? []), place]);
  }
  return groups;
}

/** Partitions as requests list them. */
export function byTopic<P extends PartitionRef, T>(
  partitions: readonly P[],
  content: (place: P) => T,
): { topic: string; partitions: T[] }[] {
  const topics = new Map<string, T[]>();
  for (const place of partitions) {
    const list = topics.get(place.channel);
    if (list === undefined) topics.set(place.channel, [content(place)]);
    else list.push(content(place));
  }
  return [...topics].map(([topic, list]) => ({ topic, partitions: list }));
}
