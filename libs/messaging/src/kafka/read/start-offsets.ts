import type { PartitionRef, StartPosition } from '../../contracts/broker.js';
import { edgeOffsets } from '../channels/offsets.js';
import type { KafkaLink } from '../client/kafka-link.js';

/** The offset at which reading begins. */
export async function startOffset(link: KafkaLink, place: PartitionRef, start: StartPosition): Promise<bigint> {
  if (typeof start === 'bigint') return start < 0n ? 0n : start;
  const [offset = 0n] = await edgeOffsets(link, [place], start === 'beginning' ? 'earliest' : 'next');
  return offset;
}
