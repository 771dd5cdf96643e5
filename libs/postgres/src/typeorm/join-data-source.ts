import { UnitEndedError, type UnitOfWork } from '@minos/common';
import type { DataSource, QueryRunner } from 'typeorm';
import { DataSourceUnusableError } from './typeorm.errors.js';
import { poolOfDataSource, runnerOfUnit, scopeTransactions } from './unit-data-source.js';

const JOINED = Symbol.for('@minos/postgres/joined-data-source');

/**
 * From now on, code inside an open unit that goes through `dataSource` (injected repositories, its manager, query builders, `query()`,
 * `createQueryRunner()`) works on the unit's one connection, inside the unit's transaction; the first statement pins the unit. Outside of units nothing
 * changes. Returns how to undo it.
 *
 * - A `transaction()` is a savepoint: its rollback undoes what its callback wrote and leaves the unit as it was. Statements of other flows of the unit
 *   wait meanwhile, so `Promise.all` is safe. What the unit has enlisted belongs to the unit, not to the savepoint.
 * - Errors: `UNIT_ENDED` for a statement that comes after the unit's work is over, `SAVEPOINT_ENDED` for one that comes from a callback which is over,
 *   `SAVEPOINT_HELD` for one that waited in vain, `ISOLATION_IN_UNIT`; losses of the connection as `DATABASE_UNAVAILABLE`. What the server says of a
 *   statement leaves as TypeORM's `QueryFailedError`.
 *
 * The unit's connection comes from the committer's pool; make it with {@link databaseOfDataSource}, so that there is one pool and not two.
 */
export function joinDataSource(dataSource: DataSource, unitOfWork: UnitOfWork): () => void {
  const pool = poolOfDataSource(dataSource);
  const open = dataSource as unknown as { createQueryRunner?: (mode?: 'master' | 'slave') => QueryRunner; [JOINED]?: true };
  if (open[JOINED])
    throw new DataSourceUnusableError('The DataSource has joined a unit of work already; a second join would take its units apart.');
  open[JOINED] = true;
  const create = dataSource.createQueryRunner.bind(dataSource);
  const unscope = scopeTransactions(dataSource.manager, () => unitOfWork.surrounding() !== undefined);
  open.createQueryRunner = (mode) => {
    const unit = unitOfWork.surrounding();
    if (unit === undefined) return create(mode);
    if (unit.state !== 'open') throw new UnitEndedError(unit.id, unit.state, 'The DataSource');
    return runnerOfUnit(() => create('master'), unit, pool);
  };
  return () => {
    if (!open[JOINED]) return;
    delete open[JOINED];
    delete open.createQueryRunner;
    unscope();
  };
}
