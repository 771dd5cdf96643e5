import { keyHash } from '@minos/common';
import type { SqlExecutor } from '@minos/postgres';
import type { ProjectionKey, ProjectionRequester, ProjectionVerb } from '../../contracts/projection-control.js';
import {
  ProjectionRebuildImpossibleError,
  ProjectionRebuildNoneError,
  ProjectionRebuildRunningError,
} from '../../errors/projection.errors.js';
import { leaseOf, rebuildSubscriptionOf, subscriptionOf } from '../../projection/projection-names.js';
import {
  BEGIN_REBUILD,
  DELETE_CHECKPOINT,
  DELETE_LEASE,
  DROP_SKIPS,
  END_REBUILD,
  FREE_LEASE,
  PAUSE_PROJECTION,
  RECORD_ACTION,
  RESUME_PROJECTION,
  TAKE_LEASE,
} from './projection-control.sql.js';
import type { LockedProjection } from './projection-row.js';
import { createRebuildTables, dropRebuildTables } from './rebuild-tables.sql.js';

/** Holds the lease of a projection while it is paused: runners find it taken. */
export const PAUSED = 'minos:paused';
/** Holds leases for a rebuild that is over, or that comes up to what is served. */
export const REBUILD = 'minos:rebuild';
/** Long enough for every process to hear of it. */
export const ENDED_MS = 3_600_000;
const FOR_EVER_MS = 3_000_000_000_000;

interface Asked {
  readonly key: ProjectionKey;
  readonly found: LockedProjection;
  readonly requester: ProjectionRequester;
}

type Verb = (sql: SqlExecutor, asked: Asked) => Promise<void>;

/** What each verb does, in the transaction that has locked the projection. */
export const VERBS: Readonly<Record<ProjectionVerb, Verb>> = { pause, resume, rebuild, cancel };

export async function recordAction(
  sql: SqlExecutor,
  { name, version }: ProjectionKey,
  { by, reason }: ProjectionRequester,
  { action, rebuild }: { readonly action: string; readonly rebuild?: number },
): Promise<void> {
  await sql.query(RECORD_ACTION, [name, version, keyHash(name), action, by, reason ?? null, rebuild ?? null]);
}

async function pause(sql: SqlExecutor, { key, found, requester }: Asked): Promise<void> {
  if (found.paused !== undefined) return;
  const lease = leaseOf(subscriptionOf(key));
  await sql.query(TAKE_LEASE, [lease, keyHash(lease), PAUSED, FOR_EVER_MS]);
  await sql.query(PAUSE_PROJECTION, [key.name, key.version, JSON.stringify(requester)]);
  await recordAction(sql, key, requester, { action: 'pause' });
}

async function resume(sql: SqlExecutor, { key, requester }: Asked): Promise<void> {
  await sql.query(FREE_LEASE, [leaseOf(subscriptionOf(key)), PAUSED]);
  await sql.query(RESUME_PROJECTION, [key.name, key.version]);
  await recordAction(sql, key, requester, { action: 'resume' });
}

async function rebuild(sql: SqlExecutor, { key, found, requester }: Asked): Promise<void> {
  if (found.rebuild !== undefined) throw new ProjectionRebuildRunningError(key.name, key.version, found.rebuild.number);
  if (found.views.length === 0) throw new ProjectionRebuildImpossibleError(key.name, key.version);
  const number = found.rebuilds + 1;
  await sql.query(DELETE_LEASE, [leaseOf(rebuildSubscriptionOf(key, found.rebuilds))]);
  for (const statement of createRebuildTables(found.views, number)) await sql.query(statement);
  await sql.query(BEGIN_REBUILD, [key.name, key.version, number, JSON.stringify({ ...requester, number })]);
  await recordAction(sql, key, requester, { action: 'rebuild', rebuild: number });
}

async function cancel(sql: SqlExecutor, { key, found, requester }: Asked): Promise<void> {
  if (found.rebuild === undefined) throw new ProjectionRebuildNoneError(key.name, key.version);
  const { number } = found.rebuild;
  await endRebuild(sql, key, number);
  for (const statement of dropRebuildTables(found.views, number)) await sql.query(statement);
  await sql.query(DROP_SKIPS, [key.name, key.version, number]);
  await sql.query(END_REBUILD, [key.name, key.version]);
  await recordAction(sql, key, requester, { action: 'cancel', rebuild: number });
}

/** Nothing of this rebuild commits any more. */
export async function endRebuild(sql: SqlExecutor, key: ProjectionKey, number: number): Promise<void> {
  const subscription = rebuildSubscriptionOf(key, number);
  const lease = leaseOf(subscription);
  await sql.query(TAKE_LEASE, [lease, keyHash(lease), REBUILD, ENDED_MS]);
  await sql.query(DELETE_CHECKPOINT, [subscription]);
}
