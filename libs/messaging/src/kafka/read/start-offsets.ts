import type { PartitionRef, StartPosition } from '../../contracts/broker.js';
import { edgeOffsets } from '../channels/offsets.js';
import type { KafkaLink } from '../client/kafka-link.js';

/** The offset at which reading begins. One behind the end belongs to a topic that was deleted and made again: then all of this one is read. */
export async function startOffset(link: KafkaLink, place: PartitionRef, start: StartPosition): Promise<bigint> {
  if (typeof start === 'bigint') {
    const [next = start] = await edgeOffsets(link, [place], 'next');
    return start <= next ? start : startOffset(link, place, 'beginning');
  }
  const [offset = 0n] = await edgeOffsets(link, [place], start === 'beginning' ? 'earliest' : 'next');
  return offset;
}
