import type { PartitionRef, StartPosition } from '../contracts/broker.js';
import { MOVE_POSITION, type MovePosition, type TakenPosition } from '../contracts/inbox-store.js';
import { ParkedOnAnotherLogError } from '../errors/parked.errors.js';
import type { ConsumerPorts } from './consumer.options.js';
import type { TakenOver } from './worker-parts.js';

type Ports = Pick<ConsumerPorts, 'broker' | 'inbox' | 'suspects' | 'parked' | 'unitOfWork'>;

/**
 * Makes the partition this process's, and reads what was left there. `survived` is the epoch under which this process had it last. Rejects with
 * `PARKED_ON_ANOTHER_LOG` where the broker is another one and keys are parked.
 */
export async function takeOver(
  consumer: string,
  { channel, partition }: PartitionRef,
  ports: Ports,
  survived?: bigint,
): Promise<TakenOver> {
  const { broker, inbox, suspects, parked } = ports;
  const ref = { channel, partition };
  const origin = await broker.origin();
  await refuseParkedElsewhere(consumer, ref, { ...ports, origin });
  const { epoch, next, moved, end } = await take(consumer, ref, { inbox, broker, origin });
  if (moved) await suspects.clear({ consumer, ...ref, epoch });
  const [inHand, keys] = await Promise.all([suspects.inHand(consumer, ref), parked.keys(consumer, ref)]);
  // Nobody had it in between, so what was in hand was this process's, and it lives.
  const own = survived !== undefined && epoch === survived + 1n;
  const left = own || inHand === undefined ? undefined : lesser(inHand, end);
  const suspected = left !== undefined && (next === undefined || left > next) ? left : undefined;
  return { hold: { consumer, ...ref, epoch }, next, end, inHand: suspected, parked: keys };
}

/** Where to begin. The end of a partition is noted before anything is delivered, so that nothing behind it can be missed. */
export async function beginningOf(
  { hold, next, end }: TakenOver,
  from: 'beginning' | 'end',
  { unitOfWork }: Ports,
): Promise<StartPosition> {
  if (next !== undefined) return next;
  if (from === 'beginning') return 'beginning';
  const change: MovePosition = { kind: MOVE_POSITION, ...hold, next: end };
  await unitOfWork.run((unit) => void unit.enlist(change), { mode: 'new', tenant: '' });
  return end;
}

/** More is recorded than had been published; what comes now nobody had. */
function lesser(inHand: bigint, end: bigint): bigint {
  return inHand < end ? inHand : end;
}

/** The end is read when the partition is ours: a position of the same log cannot be behind it then. */
async function take(
  consumer: string,
  ref: PartitionRef,
  { inbox, broker, origin }: Pick<Ports, 'inbox' | 'broker'> & { readonly origin: string },
): Promise<TakenPosition & { readonly end: bigint }> {
  const taken = await inbox.takeOver(consumer, ref, { origin });
  const { partitions } = await broker.describe(ref.channel);
  const end = partitions.find(({ partition }) => partition === ref.partition)?.next ?? 0n;
  if (taken.next === undefined || taken.next <= end) return { ...taken, end };
  return { ...(await inbox.takeOver(consumer, ref, { origin, end })), end };
}

/** Offsets, and perhaps the partition of a key, are others there: what is parked could be neither told from what comes nor kept in front of it. */
async function refuseParkedElsewhere(
  consumer: string,
  ref: PartitionRef,
  { inbox, parked, origin }: Pick<Ports, 'inbox' | 'parked'> & { readonly origin: string },
): Promise<void> {
  const known = await inbox.position(consumer, ref);
  if (known === undefined || known.origin === '' || known.origin === origin) return;
  const [first] = await parked.keys(consumer, ref);
  if (first !== undefined) throw new ParkedOnAnotherLogError(consumer, ref, first.key);
}
