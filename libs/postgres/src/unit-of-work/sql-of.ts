import type { Unit } from '@minos/common';
import type { SqlExecutor, SqlResult, SqlStatement } from '../contracts/executor.js';

/**
 * The unit's own transaction for your own SQL: the first statement pins the unit. Statements run one after the other, also inside
 * `Promise.all`. They see what the unit has enlisted once it was flushed, and take effect with the unit's commit.
 */
export function sqlOf(unit: Unit): SqlExecutor {
  return {
    async query<R extends object>(statement: string | SqlStatement, values?: readonly unknown[]): Promise<SqlResult<R>> {
      const connection = (await unit.pin()) as SqlExecutor;
      return connection.query<R>(statement, values);
    },
  };
}
