import type { SqlExecutor } from '@minos/postgres';
import { FeedOnStandbyError, FeedPreparedTransactionError, FeedSequenceError } from './feed.errors.js';
import { LOCK_EVENTS, MOVE_SEQUENCE, READ_LATEST, READ_PREPARED, READ_SEQUENCE, READ_STORED } from './verify-feed.sql.js';

interface SequenceRow {
  readonly cache: string;
  readonly increment: string;
  readonly cycles: boolean;
  readonly persistence: string;
  readonly default_expression: string | null;
  readonly default_uses: string[] | null;
  readonly standby: boolean;
}

/** What {@link verifyFeed} found and did. */
export interface FeedVerification {
  /** Set where the sequence stood before stored events or checkpoints and was moved behind them. */
  readonly movedSequence?: { readonly from: bigint; readonly to: bigint };
}

/** The part of a `Database` that {@link verifyFeed} needs. */
export interface TransactionalExecutor extends SqlExecutor {
  transaction<T>(work: (sql: SqlExecutor) => Promise<T>): Promise<T>;
}

/**
 * Checks at boot, before anything is appended, what the ordered feed rests on, and moves the sequence of positions behind what is stored:
 * after a logical copy it may stand before it, and new events would come to lie before checkpoints, where nobody reads them.
 *
 * Rejects with `FEED_SEQUENCE_UNSUITABLE`, `FEED_PREPARED_TRANSACTION`, `FEED_ON_STANDBY` and the errors of the database. Idempotent; many
 * processes may call it at once. Takes locks only where the sequence must be moved. Run it when a copy has ended, not while rows still arrive.
 */
export async function verifyFeed(database: TransactionalExecutor): Promise<FeedVerification> {
  await checkSequence(database);
  await checkPrepared(database);
  // The rows first: what they show was drawn before the sequence is read.
  if ((await storedPosition(database)) <= (await latestNumber(database))) return {};
  return database.transaction(moveSequence);
}

async function checkSequence(sql: SqlExecutor): Promise<void> {
  const { rows } = await sql.query<SequenceRow>(READ_SEQUENCE);
  const row = rows[0];
  if (row === undefined) {
    throw new FeedSequenceError(['the sequence minos.events_position does not exist; apply the migrations (npx minos migrate)']);
  }
  if (row.standby) throw new FeedOnStandbyError();
  const faults = sequenceFaults(row);
  if (faults.length > 0) throw new FeedSequenceError(faults);
}

function sequenceFaults(row: SequenceRow): string[] {
  const faults: string[] = [];
  if (row.cache !== '1')
    faults.push(
      `the sequence has a cache of ${row.cache}: sessions keep numbers for later transactions. ALTER SEQUENCE minos.events_position CACHE 1`,
    );
  if (BigInt(row.increment) < 1n) faults.push(`the sequence counts by ${row.increment}. ALTER SEQUENCE minos.events_position INCREMENT 1`);
  if (row.cycles) faults.push('the sequence starts again at its end. ALTER SEQUENCE minos.events_position NO CYCLE');
  if (row.persistence !== 'p')
    faults.push('the sequence is not logged and goes back after a crash. ALTER SEQUENCE minos.events_position SET LOGGED');
  if (row.default_expression === null || row.default_uses?.includes('minos.events_position') !== true) {
    faults.push(
      `positions come from ${row.default_expression ?? 'no default'}, not from minos.events_position. ` +
        `ALTER TABLE minos.events ALTER position SET DEFAULT nextval('minos.events_position')`,
    );
  }
  return faults;
}

async function checkPrepared(sql: SqlExecutor): Promise<void> {
  const { rows } = await sql.query<{ ids: string[] }>(READ_PREPARED);
  const ids = rows[0]?.ids ?? [];
  if (ids.length > 0) throw new FeedPreparedTransactionError(ids);
}

async function moveSequence(sql: SqlExecutor): Promise<FeedVerification> {
  await sql.query(LOCK_EVENTS);
  const from = await latestNumber(sql);
  const to = await storedPosition(sql);
  if (to <= from) return {};
  await sql.query(MOVE_SEQUENCE, [String(to)]);
  return { movedSequence: { from, to } };
}

async function storedPosition(sql: SqlExecutor): Promise<bigint> {
  return (await sql.query<{ stored: bigint }>(READ_STORED)).rows[0]?.stored ?? 0n;
}

async function latestNumber(sql: SqlExecutor): Promise<bigint> {
  return (await sql.query<{ latest: bigint }>(READ_LATEST)).rows[0]?.latest ?? 0n;
}
