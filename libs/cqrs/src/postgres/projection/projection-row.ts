import type { SqlExecutor } from '@minos/postgres';
import type {
  ProjectionFailure,
  ProjectionKey,
  ProjectionRebuildRecord,
  ProjectionRecord,
  ProjectionRequest,
} from '../../contracts/projection-control.js';
import { ProjectionUnknownError } from '../../errors/projection.errors.js';
import { KNOWN_PROJECTIONS, LOCK_PROJECTION } from './projection-control.sql.js';

export type ProjectionRow = Omit<ProjectionRecord, 'paused' | 'failure' | 'rebuild'> & {
  readonly paused: ProjectionRequest | null;
  readonly failure: ProjectionFailure | null;
  readonly rebuild: ProjectionRebuildRecord | null;
};

export type LockedProjection = ProjectionRecord & {
  /** The number of the last rebuild. */
  readonly rebuilds: number;
};

/** Columns that are null are left out. */
export function toRecord({ paused, failure, rebuild, ...row }: ProjectionRow): ProjectionRecord {
  return {
    ...row,
    ...(paused === null ? {} : { paused }),
    ...(failure === null ? {} : { failure }),
    ...(rebuild === null ? {} : { rebuild }),
  };
}

/** Keeps the row until the transaction ends. Rejects with `PROJECTION_UNKNOWN`. */
export async function lockProjection(sql: SqlExecutor, { name, version }: ProjectionKey): Promise<LockedProjection> {
  const { rows } = await sql.query<ProjectionRow & { rebuilds: number }>(LOCK_PROJECTION, [name, version]);
  const row = rows[0];
  if (row !== undefined) return { ...toRecord(row), rebuilds: row.rebuilds };
  const known = await sql.query<{ known: string }>(KNOWN_PROJECTIONS);
  throw new ProjectionUnknownError(
    `${name} v${version}`,
    known.rows.map((one) => one.known),
  );
}
