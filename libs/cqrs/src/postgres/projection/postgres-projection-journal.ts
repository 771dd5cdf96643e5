import { keyHash, type Unit } from '@minos/common';
import { type SqlExecutor, sqlOf } from '@minos/postgres';
import type { ProjectionFailure, ProjectionKey } from '../../contracts/projection-control.js';
import type { ProjectionAction, ProjectionJournal } from '../../contracts/projection-journal.js';
import { READ_ACTIONS, READ_SKIPS, RECORD_SKIP } from './projection-control.sql.js';

type ActionRow = Omit<ProjectionAction, 'reason' | 'rebuild'> & { readonly reason: string | null; readonly rebuild: number | null };

/** Rows in `minos.projection_actions` and `minos.projection_skips`. */
export class PostgresProjectionJournal implements ProjectionJournal {
  constructor(private readonly database: SqlExecutor) {}

  async skip(unit: Unit, { name, version }: ProjectionKey, rebuild: number, failure: ProjectionFailure): Promise<void> {
    await sqlOf(unit).query(RECORD_SKIP, [name, version, rebuild, failure.position, keyHash(name), JSON.stringify(failure)]);
  }

  async skips({ name, version }: ProjectionKey, limit: number): Promise<readonly ProjectionFailure[]> {
    const { rows } = await this.database.query<{ failure: ProjectionFailure }>(READ_SKIPS, [name, version, limit]);
    return rows.map(({ failure }) => failure);
  }

  async audit({ name, version }: Partial<ProjectionKey>, limit: number): Promise<readonly ProjectionAction[]> {
    const { rows } = await this.database.query<ActionRow>(READ_ACTIONS, [name ?? null, version ?? null, limit]);
    return rows.map(({ reason, rebuild, ...row }) => ({
      ...row,
      ...(reason === null ? {} : { reason }),
      ...(rebuild === null ? {} : { rebuild }),
    }));
  }
}
