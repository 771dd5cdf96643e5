import { keyHash, NO_CRASH_POINTS, type CrashPoints } from '@minos/common';
import { textArray, type SqlExecutor, type SqlStatement } from '@minos/postgres';
import type { PartitionRef } from '../../contracts/broker.js';
import type { ConsumerPosition, InboxStore, KeptReply, LogState, PurgeExceptions, TakenPosition } from '../../contracts/inbox-store.js';
import { FIND_MARK, FIND_MARKS, PURGE_INBOX } from './inbox.sql.js';
import { partitionLock } from './partition-lock.js';
import { READ_POSITION, TAKE_OVER } from './partition.sql.js';

interface PositionRow {
  readonly epoch: bigint;
  readonly next: bigint | null;
}

/** Marks in `minos.inbox`, positions in `minos.consumer_positions`; {@link InboxWriter} and {@link PartitionWriter} write them. */
export class PostgresInboxStore implements InboxStore {
  /** `sql` is the pool, and parses `bigint` as such. */
  constructor(
    private readonly sql: SqlExecutor,
    private readonly crashPoints: CrashPoints = NO_CRASH_POINTS,
  ) {}

  async takeOver(consumer: string, at: PartitionRef, log?: LogState): Promise<TakenPosition> {
    const values = [
      partitionLock(consumer, at),
      consumer,
      at.channel,
      at.partition,
      keyHash(consumer),
      log?.origin ?? '',
      log?.end ?? null,
    ];
    const [row] = await this.call<PositionRow & { readonly moved: boolean }>('take-over', TAKE_OVER, values);
    if (row === undefined) throw new TypeError('minos.take_partition_over returned no row');
    return { epoch: row.epoch, next: row.next ?? undefined, moved: row.moved };
  }

  async position(consumer: string, { channel, partition }: PartitionRef): Promise<ConsumerPosition | undefined> {
    const [row] = await this.call<PositionRow & { readonly origin: string }>('read-position', READ_POSITION, [
      consumer,
      channel,
      partition,
    ]);
    return row && { channel, partition, epoch: row.epoch, next: row.next ?? undefined, origin: row.origin };
  }

  async handled(consumer: string, messageIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (messageIds.length === 0) return new Set();
    const rows = await this.call<{ id: string }>('find-marks', FIND_MARKS, [consumer, messageIds]);
    return new Set(rows.map(({ id }) => id));
  }

  async reply(consumer: string, messageId: string): Promise<KeptReply | undefined> {
    const [row] = await this.call<{ reply: KeptReply | null }>('read-reply', FIND_MARK, [consumer, messageId]);
    return row?.reply ?? undefined;
  }

  async purge(ageMs: number, limit: number, { consumers, olderThanMs }: PurgeExceptions = { consumers: [] }): Promise<number> {
    await this.crashPoints.reach('messaging.purge-inbox.before');
    const { rowCount } = await this.sql.query(PURGE_INBOX, [ageMs, limit, textArray(consumers), olderThanMs ?? null]);
    await this.crashPoints.reach('messaging.purge-inbox.after');
    return rowCount;
  }

  private async call<R extends object>(what: string, statement: SqlStatement, values: readonly unknown[]): Promise<readonly R[]> {
    await this.crashPoints.reach(`messaging.${what}.before`);
    const { rows } = await this.sql.query<R>(statement, values);
    await this.crashPoints.reach(`messaging.${what}.after`);
    return rows;
  }
}
