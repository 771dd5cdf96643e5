import type { PartitionRef, StartPosition } from '../contracts/broker.js';
import { MOVE_POSITION, type MovePosition } from '../contracts/inbox-store.js';
import type { ConsumerPorts } from './consumer.options.js';
import type { TakenOver } from './worker-parts.js';

/** Makes the partition this process's, and reads what was left there. */
export async function takeOver(
  consumer: string,
  { channel, partition }: PartitionRef,
  { inbox, suspects, parked }: Pick<ConsumerPorts, 'inbox' | 'suspects' | 'parked'>,
): Promise<TakenOver> {
  const ref = { channel, partition };
  const { epoch, next } = await inbox.takeOver(consumer, ref);
  const [inHand, keys] = await Promise.all([suspects.inHand(consumer, ref), parked.keys(consumer, ref)]);
  const left = inHand !== undefined && (next === undefined || inHand > next) ? inHand : undefined;
  return { hold: { consumer, ...ref, epoch }, next, inHand: left, parked: keys };
}

/** Where to begin. The end of a partition is noted before anything is delivered, so that nothing behind it can be missed. */
export async function beginningOf(
  { hold, next }: TakenOver,
  from: 'beginning' | 'end',
  { broker, unitOfWork }: Pick<ConsumerPorts, 'broker' | 'unitOfWork'>,
): Promise<StartPosition> {
  if (next !== undefined) return next;
  if (from === 'beginning') return 'beginning';
  const { partitions } = await broker.describe(hold.channel);
  const end = partitions.find(({ partition }) => partition === hold.partition)?.next ?? 0n;
  const change: MovePosition = { kind: MOVE_POSITION, ...hold, next: end };
  await unitOfWork.run((unit) => void unit.enlist(change), { mode: 'new', tenant: '' });
  return end;
}
