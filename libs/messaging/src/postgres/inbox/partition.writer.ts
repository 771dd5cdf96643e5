import { keyHash } from '@minos/common';
import type { ChangeWriter, FunctionCall, PlacedChange, Refusal, Verdict, WritePlan } from '@minos/postgres';
import { plainArray, textArray } from '@minos/postgres';
import { MOVE_POSITION, PARTITION_FENCE, type MovePosition, type PartitionFence, type PartitionHold } from '../../contracts/inbox-store.js';
import { TAKE_IN_HAND, type TakeInHand } from '../../contracts/suspect-store.js';
import { PartitionLostError } from '../../errors/inbox.errors.js';
import { partitionLock } from './partition-lock.js';

type Held = MovePosition | PartitionFence | TakeInHand;
type Placed<C extends Held = Held> = PlacedChange<C>;

const BYTES = 80;

/** Moves positions, records what is in hand, and checks that the partitions of its changes are still held. */
export class PartitionWriter implements ChangeWriter<Held> {
  readonly kinds = [MOVE_POSITION, PARTITION_FENCE, TAKE_IN_HAND] as const;
  readonly order = 210;

  /** A fence has none, so that the units of one partition share batches; its check takes a lock in share. */
  lockKeys(change: Held): readonly string[] {
    return change.kind === PARTITION_FENCE ? [] : [`position:${change.consumer}:${change.channel}:${change.partition}`];
  }

  /** Without the record a message that ends the process is tried once more than it should be. */
  mayBeUndone({ kind }: Held): boolean {
    return kind === TAKE_IN_HAND;
  }

  size({ consumer, channel }: Held): number {
    return BYTES + consumer.length + channel.length;
  }

  plan(changes: readonly Placed[]): WritePlan {
    const check = checkOf(changes);
    return changes.every(({ change }) => change.kind === PARTITION_FENCE) ? { check } : { check, write: writeOf(changes) };
  }

  async judge(change: Held, refusal: Refusal): Promise<Verdict | undefined> {
    return 'databaseError' in refusal ? undefined : { error: new PartitionLostError(change) };
  }

  /** Doing any of it again changes nothing. */
  async find(): Promise<'unknowable'> {
    return 'unknowable';
  }
}

/** Most units of a batch stand on a few holds: each is sent and looked up once. */
function checkOf(changes: readonly Placed[]): FunctionCall {
  const names = changes.map(({ change }) => `${partitionLock(change.consumer, change)}\n${change.epoch}`);
  const byName = new Map<string, PartitionHold>();
  for (const [index, { change }] of changes.entries()) byName.set(names[index] as string, change);
  const sorted = [...byName].sort(([one], [other]) => (one < other ? -1 : 1));
  const places = new Map(sorted.map(([name], index) => [name, index + 1]));
  const holds = sorted.map(([, hold]) => hold);
  return {
    name: 'minos.check_partitions',
    values: [
      { type: 'int[]', value: plainArray(changes.map(({ unit }) => unit)) },
      { type: 'int[]', value: plainArray(changes.map(({ ordinal }) => ordinal)) },
      { type: 'int[]', value: plainArray(names.map((name) => places.get(name) as number)) },
      { type: 'text[]', value: textArray([...new Set(holds.map((hold) => partitionLock(hold.consumer, hold)))]) },
      ...partitions(holds),
      { type: 'bigint[]', value: plainArray(holds.map(({ epoch }) => String(epoch))) },
    ],
  };
}

function writeOf(changes: readonly Placed[]): FunctionCall {
  const moves = changes.filter((placed): placed is Placed<MovePosition> => placed.change.kind === MOVE_POSITION);
  const takings = changes.filter((placed): placed is Placed<TakeInHand> => placed.change.kind === TAKE_IN_HAND);
  return {
    name: 'minos.write_partitions',
    values: [
      { type: 'int[]', value: plainArray(moves.map(({ unit }) => unit)) },
      ...partitions(moves.map(({ change }) => change)),
      { type: 'bigint[]', value: plainArray(moves.map(({ change }) => String(change.next))) },
      { type: 'int[]', value: plainArray(takings.map(({ unit }) => unit)) },
      ...partitions(takings.map(({ change }) => change)),
      { type: 'bigint[]', value: plainArray(takings.map(({ change }) => String(change.epoch))) },
      { type: 'bigint[]', value: plainArray(takings.map(({ change }) => String(change.upTo))) },
      { type: 'int[]', value: plainArray(takings.map(({ change }) => keyHash(change.consumer))) },
    ],
  };
}

function partitions(holds: readonly PartitionHold[]): { type: string; value: unknown }[] {
  return [
    { type: 'text[]', value: textArray(holds.map(({ consumer }) => consumer)) },
    { type: 'text[]', value: textArray(holds.map(({ channel }) => channel)) },
    { type: 'int[]', value: plainArray(holds.map(({ partition }) => partition)) },
  ];
}
