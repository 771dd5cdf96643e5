import { plainArray, type ChangeWriter, type PlacedChange, type SqlExecutor, type WritePlan, type WriteResult } from '@minos/postgres';
import { OUTBOX_ADD, type OutboxAdd } from '../../contracts/outgoing-message.js';
import { outboxLockKey } from '../../outbox/outbox-key.js';
import { outboxColumns } from './outbox-rows.js';
import { FIND_MESSAGE } from './outbox.sql.js';

type Placed = PlacedChange<OutboxAdd>;

/** Bytes that a message takes beside its body, about: most are headers. */
const OVERHEAD = 600;

/** Adds messages to `minos.outbox`. Refuses none: the lock alone matters, which orders the ids of a key by the commits. */
export class OutboxWriter implements ChangeWriter<OutboxAdd> {
  readonly kinds = [OUTBOX_ADD] as const;
  readonly order = 300;

  lockKeys({ channel, key }: OutboxAdd): readonly string[] {
    return [outboxLockKey(channel, key)];
  }

  size({ body }: OutboxAdd): number {
    return OVERHEAD + body.length;
  }

  plan(changes: readonly Placed[]): WritePlan {
    const units = { type: 'int[]', value: plainArray(changes.map(({ unit }) => unit)) };
    const values = [units, ...outboxColumns(changes.map(({ change }) => change))];
    return { write: { name: 'minos.write_outbox', values, results: (_, failed) => resultsOf(changes, failed) } };
  }

  async judge(): Promise<undefined> {
    return undefined;
  }

  /** A message that is not there may have left already. To add it once more does no harm: it leaves with the same id. */
  async find({ slot, messageId }: OutboxAdd, _tenant: string, sql: SqlExecutor): Promise<{ readonly result: unknown } | 'unknowable'> {
    const { rowCount } = await sql.query(FIND_MESSAGE, [slot, messageId]);
    return rowCount === 0 ? 'unknowable' : { result: messageId };
  }
}

function* resultsOf(changes: readonly Placed[], failed: ReadonlySet<number>): Generator<WriteResult> {
  for (const { unit, ordinal, change } of changes) if (!failed.has(unit)) yield [unit, ordinal, change.messageId];
}
