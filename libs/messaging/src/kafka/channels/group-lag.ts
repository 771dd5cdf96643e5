import type { Clock } from '@minos/common';
import type { PartitionLag, PartitionRef } from '../../contracts/broker.js';
import { ChannelUnknownError } from '../../errors/broker.errors.js';
import type { KafkaLink } from '../client/kafka-link.js';
import { recordsFrom } from '../read/stored-messages.js';
import { byTopic, edgeOffsets } from './offsets.js';

/** One batch, whatever its size. */
const SMALLEST = 1;
const READ_COMMITTED = 1;

/** How far the group is behind what it told, in each partition of the channels. */
export async function groupLag(
  link: KafkaLink,
  { group, channels, clock }: { readonly group: string; readonly channels: readonly string[]; readonly clock: Clock },
): Promise<PartitionLag[]> {
  const places = await placesOf(link, channels);
  const told = await toldOffsets(link, group, places);
  const earliest = await edgeOffsets(link, places, 'earliest');
  const next = await edgeOffsets(link, places, 'next');
  return Promise.all(
    places.map(async (place, index) => {
      const [low = 0n, high = 0n] = [earliest[index], next[index]];
      const stands = told.get(`${place.channel} ${place.partition}`) ?? low;
      const from = stands < low ? low : stands;
      if (from >= high) return { ...place, lag: 0n, ageSeconds: 0 };
      const since = await appendedAt(link, place, from);
      return { ...place, lag: high - from, ageSeconds: since === undefined ? 0 : Math.max(0, clock.now() - since) / 1_000 };
    }),
  );
}

async function placesOf(link: KafkaLink, channels: readonly string[]): Promise<PartitionRef[]> {
  const places: PartitionRef[] = [];
  for (const channel of channels) {
    const leaders = await link.leaders(channel);
    if (leaders === undefined) throw new ChannelUnknownError(channel);
    places.push(...leaders.map((_, partition) => ({ channel, partition })));
  }
  return places;
}

async function toldOffsets(link: KafkaLink, group: string, places: readonly PartitionRef[]): Promise<Map<string, bigint>> {
  const node = await link.coordinator(group);
  const { responses } = await node.offsetFetch({ groupId: group, topics: byTopic(places, ({ partition }) => ({ partition })) });
  const told = new Map<string, bigint>();
  for (const { topic, partitions } of responses) {
    for (const { partition, offset } of partitions) {
      if (BigInt(offset) >= 0n) told.set(`${topic} ${partition}`, BigInt(offset));
    }
  }
  return told;
}

/** When the message at the offset, or the next one behind it, was stored. */
async function appendedAt(link: KafkaLink, place: PartitionRef, from: bigint): Promise<number | undefined> {
  const node = await link.node(await link.leader(place.channel, place.partition));
  const { responses } = await node.fetch({
    maxWaitTime: 0,
    minBytes: 0,
    maxBytes: SMALLEST,
    isolationLevel: READ_COMMITTED,
    topics: [{ topic: place.channel, partitions: [{ partition: place.partition, fetchOffset: String(from), maxBytes: SMALLEST }] }],
  });
  const fetched = responses[0]?.partitions[0];
  return fetched === undefined ? undefined : recordsFrom(place, fetched, from).messages[0]?.appendedAt;
}
