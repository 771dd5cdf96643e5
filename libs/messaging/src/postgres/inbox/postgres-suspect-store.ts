import { NO_CRASH_POINTS, type CrashPoints } from '@minos/common';
import type { SqlExecutor } from '@minos/postgres';
import type { PartitionRef } from '../../contracts/broker.js';
import type { PartitionHold } from '../../contracts/inbox-store.js';
import type { SuspectStore } from '../../contracts/suspect-store.js';
import { PartitionLostError } from '../../errors/inbox.errors.js';
import { CLEAR_SUSPECTS, COUNT_TRY, FORGIVE_TRY, READ_IN_HAND } from './partition.sql.js';

/** Suspects in `minos.in_hand` and `minos.suspects`; {@link PartitionWriter} records what is in hand. */
export class PostgresSuspectStore implements SuspectStore {
  /** `sql` is the pool, and parses `bigint` as such. */
  constructor(
    private readonly sql: SqlExecutor,
    private readonly crashPoints: CrashPoints = NO_CRASH_POINTS,
  ) {}

  async inHand(consumer: string, { channel, partition }: PartitionRef): Promise<bigint | undefined> {
    await this.crashPoints.reach('messaging.read-in-hand.before');
    const { rows } = await this.sql.query<{ up_to: bigint }>(READ_IN_HAND, [consumer, channel, partition]);
    await this.crashPoints.reach('messaging.read-in-hand.after');
    return rows[0]?.up_to;
  }

  async countTry(hold: PartitionHold, offset: bigint): Promise<number> {
    await this.crashPoints.reach('messaging.count-try.before');
    const { rows } = await this.sql.query<{ tries: number }>(COUNT_TRY, [...valuesOf(hold), offset]);
    await this.crashPoints.reach('messaging.count-try.after');
    if (rows[0] === undefined) throw new PartitionLostError(hold);
    return rows[0].tries;
  }

  async forgive(hold: PartitionHold, offset: bigint): Promise<void> {
    await this.crashPoints.reach('messaging.forgive-try.before');
    await this.sql.query(FORGIVE_TRY, [...valuesOf(hold), offset]);
    await this.crashPoints.reach('messaging.forgive-try.after');
  }

  async clear(hold: PartitionHold): Promise<void> {
    await this.crashPoints.reach('messaging.clear-suspects.before');
    await this.sql.query(CLEAR_SUSPECTS, valuesOf(hold));
    await this.crashPoints.reach('messaging.clear-suspects.after');
  }
}

function valuesOf({ consumer, channel, partition, epoch }: PartitionHold): readonly unknown[] {
  return [consumer, channel, partition, epoch];
}
