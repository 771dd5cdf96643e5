import { type CrashPoints, keyHash, NO_CRASH_POINTS } from '@minos/common';
import type { Database } from '@minos/postgres';
import type {
  ProjectionControl,
  ProjectionKey,
  ProjectionNote,
  ProjectionRecord,
  ProjectionRequester,
  ProjectionVerb,
  RegisteredProjection,
  SwapOutcome,
} from '../../contracts/projection-control.js';
import { permitted } from '../permitted.js';
import {
  LOAD_PROJECTIONS,
  NOTE_BUILT,
  NOTE_FAILURE,
  NOTE_MEASURED,
  NOTE_REBUILD_FAILURE,
  REGISTER_PROJECTION,
} from './projection-control.sql.js';
import { lockProjection, type ProjectionRow, toRecord } from './projection-row.js';
import { swapRebuild } from './projection-swap.js';
import { VERBS } from './projection-verbs.js';

const LOCK_TIMEOUT = '55P03';

/** Rows in `minos.projections`, fenced by the leases of the runners: what is asked for takes a lease from its holder in the same transaction. */
export class PostgresProjectionControl implements ProjectionControl {
  constructor(
    private readonly database: Database,
    private readonly crashPoints: CrashPoints = NO_CRASH_POINTS,
  ) {}

  async register(projections: readonly RegisteredProjection[]): Promise<void> {
    for (const { name, version, views, types } of projections)
      await this.database.query(REGISTER_PROJECTION, [name, version, keyHash(name), JSON.stringify(views), types]);
  }

  async load(keys: readonly ProjectionKey[]): Promise<readonly ProjectionRecord[]> {
    const { rows } = await this.database.query<ProjectionRow>(LOAD_PROJECTIONS, [
      keys.map(({ name }) => name),
      keys.map(({ version }) => version),
    ]);
    return rows.map(toRecord);
  }

  /** Where the role may not make the tables of a rebuild it rejects with `VIEW_TABLES_MISSING`. */
  async act(key: ProjectionKey, verb: ProjectionVerb, requester: ProjectionRequester): Promise<ProjectionRecord> {
    await this.crashPoints.reach(`cqrs.projection-${verb}.before`);
    const record = await this.database.transaction(async (sql) => {
      const found = await lockProjection(sql, key);
      await permitted(tablesOf(found), () => VERBS[verb](sql, { key, found, requester }));
      return lockProjection(sql, key);
    });
    await this.crashPoints.reach(`cqrs.projection-${verb}.after`);
    return record;
  }

  async note({ name, version }: ProjectionKey, note: ProjectionNote): Promise<void> {
    if (note.kind === 'built') await this.database.query(NOTE_BUILT, [name, version]);
    else if (note.kind === 'measured') await this.database.query(NOTE_MEASURED, [name, version, note.rebuild, note.from]);
    else if (note.rebuild === undefined) await this.database.query(NOTE_FAILURE, [name, version, JSON.stringify(note.failure)]);
    else await this.database.query(NOTE_REBUILD_FAILURE, [name, version, note.rebuild, JSON.stringify(note.failure)]);
  }

  /** Where the role does not own the tables it rejects with `VIEW_TABLES_MISSING`. */
  async swap(key: ProjectionKey, rebuild: number): Promise<SwapOutcome> {
    await this.crashPoints.reach('cqrs.projection-swap.before');
    try {
      const outcome = await this.database.transaction((sql) => permitted([key.name], () => swapRebuild(sql, key, rebuild)));
      await this.crashPoints.reach('cqrs.projection-swap.after');
      return outcome;
    } catch (error) {
      if ((error as { code?: unknown }).code === LOCK_TIMEOUT) return 'busy';
      throw error;
    }
  }
}

function tablesOf({ views }: ProjectionRecord): readonly string[] {
  return views.map(({ name }) => name);
}
