import { keyHash } from '@minos/common';
import { comparePositions, type FeedPosition } from '@minos/event-sourcing';
import type { SqlExecutor } from '@minos/postgres';
import type { ProjectionKey, SwapOutcome } from '../../contracts/projection-control.js';
import { leaseOf, rebuildSubscriptionOf, subscriptionOf } from '../../projection/projection-names.js';
import {
  DELETE_CHECKPOINT,
  DROP_SKIPS,
  FREE_LEASE,
  LOCK_LEASES,
  READ_CHECKPOINTS,
  SERVE_REBUILD,
  SERVE_SKIPS,
  SET_CHECKPOINT,
  TAKE_LEASE,
  WAIT_SHORTLY,
} from './projection-control.sql.js';
import { type LockedProjection, lockProjection } from './projection-row.js';
import { endRebuild, REBUILD, recordAction } from './projection-verbs.js';
import { lockTables, replaceTables } from './rebuild-tables.sql.js';

/** For so long what is served waits for a rebuild that is nearly there. */
const HOLD_MS = 3_000;

/**
 * One transaction: leases first, as units lock them, so that nobody commits between; then the tables, then the checkpoints. A unit of the old rows that was under way
 * is refused by its lease and begins anew at the new checkpoint.
 */
export async function swapRebuild(sql: SqlExecutor, key: ProjectionKey, rebuild: number): Promise<Exclude<SwapOutcome, 'busy'>> {
  const found = await lockProjection(sql, key);
  if (found.rebuild?.number !== rebuild) return 'gone';
  await sql.query(WAIT_SHORTLY);
  const served = subscriptionOf(key);
  const made = rebuildSubscriptionOf(key, rebuild);
  await sql.query(LOCK_LEASES, [[leaseOf(served), leaseOf(made)]]);
  const positions = await checkpoints(sql, [served, made]);
  if (isBehind(positions.get(made), positions.get(served))) {
    if (found.paused === undefined) await take(sql, leaseOf(served), HOLD_MS);
    return 'behind';
  }
  await replace(sql, found, rebuild, positions.get(made));
  return 'done';
}

async function replace(sql: SqlExecutor, found: LockedProjection, rebuild: number, reached: FeedPosition | undefined): Promise<void> {
  const { name, version, views } = found;
  const served = subscriptionOf(found);
  await sql.query(lockTables(views));
  for (const statement of replaceTables(views, rebuild)) await sql.query(statement);
  if (reached !== undefined) await sql.query(SET_CHECKPOINT, [served, reached, keyHash(served)]);
  else await sql.query(DELETE_CHECKPOINT, [served]);
  await sql.query(DROP_SKIPS, [name, version, 0]);
  await sql.query(SERVE_SKIPS, [name, version, rebuild]);
  await endRebuild(sql, found, rebuild);
  if (found.paused === undefined) {
    await take(sql, leaseOf(served), 0);
    await sql.query(FREE_LEASE, [leaseOf(served), REBUILD]);
  }
  await sql.query(SERVE_REBUILD, [name, version]);
  if (found.rebuild !== undefined) await recordAction(sql, found, found.rebuild, { action: 'rebuilt', rebuild });
}

async function take(sql: SqlExecutor, lease: string, milliseconds: number): Promise<void> {
  await sql.query(TAKE_LEASE, [lease, keyHash(lease), REBUILD, milliseconds]);
}

function isBehind(made: FeedPosition | undefined, served: FeedPosition | undefined): boolean {
  return served !== undefined && (made === undefined || comparePositions(made, served) < 0);
}

async function checkpoints(sql: SqlExecutor, names: readonly string[]): Promise<ReadonlyMap<string, FeedPosition>> {
  const { rows } = await sql.query<{ subscription: string; position: FeedPosition }>(READ_CHECKPOINTS, [names]);
  return new Map(rows.map(({ subscription, position }) => [subscription, position]));
}
