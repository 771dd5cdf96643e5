import type { PartitionRef, StartPosition } from '../../contracts/broker.js';
import { ChannelUnknownError } from '../../errors/broker.errors.js';
import type { BrokerGateway } from './broker-gateway.js';
import { NEXT_OF } from './broker.sql.js';

/** The offset behind the last message of a partition now. */
export async function nextOf(gateway: BrokerGateway, channelId: number, partition: PartitionRef): Promise<bigint> {
  const rows = await gateway.call<{ next: bigint | null }>('next-of', NEXT_OF, [channelId, partition.partition]);
  const next = rows[0]?.next ?? undefined;
  if (next === undefined) throw new ChannelUnknownError(partition.channel);
  return next;
}

/**
 * The offset at which reading begins, where `known` is an offset that the partition has reached. An offset that lies beyond the end, as after a restore of the
 * broker from a backup, begins at the end: what is stored from now on has offsets below it, and would be passed over.
 */
export async function startOffset(start: StartPosition, known: bigint, next: () => Promise<bigint>): Promise<bigint> {
  if (start === 'beginning') return 0n;
  if (start === 'end') return known;
  if (start <= known) return start;
  const end = await next();
  return start < end ? start : end;
}
