import { type SqlExecutor, sqlOf as sqlOfUnit, type SqlResult, type SqlStatement } from '@minos/postgres';
import { ProjectionDatabaseMissingError } from '../errors/projection.errors.js';
import type { ProjectionContext } from './projection-context.js';

/**
 * SQL of one's own in the transaction of the batch: it commits with the rows of views and the checkpoint, or not at all. The first statement takes a
 * connection for the batch. Rejects with `PROJECTION_DATABASE_MISSING` where the service keeps its data in memory.
 */
export function sqlOf({ unit }: Pick<ProjectionContext, 'unit'>): SqlExecutor {
  const sql = sqlOfUnit(unit);
  return {
    async query<R extends object>(statement: string | SqlStatement, values?: readonly unknown[]): Promise<SqlResult<R>> {
      if ((await unit.pin()) === undefined) throw new ProjectionDatabaseMissingError('sqlOf(context)');
      return sql.query<R>(statement, values);
    },
  };
}
