import type { Unit } from '@minos/common';
import { types as defaultTypes, type CustomTypesConfig, type Pool } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { inSavepointScope } from '../database/statement-turns.js';
import { DataSourceUnusableError } from './typeorm.errors.js';
import { tieToUnit } from './unit-query-runner.js';

type Transaction = (...args: unknown[]) => Promise<unknown>;

/** The pool of an initialised PostgreSQL DataSource; `DATA_SOURCE_UNUSABLE` for any other. */
export function poolOfDataSource(dataSource: DataSource): Pool {
  const { type } = dataSource.options;
  if (type !== 'postgres') {
    throw new DataSourceUnusableError(`The DataSource is of the type "${type}"; a unit of work needs one of the type "postgres".`);
  }
  const pool = (dataSource.driver as unknown as { master?: Pool }).master;
  if (!dataSource.isInitialized || pool === undefined) {
    throw new DataSourceUnusableError('The DataSource is not initialised: await dataSource.initialize() first.');
  }
  return pool;
}

/** A new runner of the DataSource on the unit's connection. */
export function runnerOfUnit(create: () => QueryRunner, unit: Unit, pool: Pool): QueryRunner {
  const types = (pool as unknown as { options: { types?: CustomTypesConfig } }).options.types ?? defaultTypes;
  const runner = tieToUnit(create(), unit, types);
  scopeTransactions(runner.manager, () => true);
  return runner;
}

/** From now on a `transaction()` of this manager is a flow of its own, where `applies`. Returns how to undo it. */
export function scopeTransactions(manager: EntityManager, applies: () => boolean): () => void {
  const open = manager as unknown as { transaction?: Transaction };
  const transaction = (open.transaction as Transaction).bind(manager);
  open.transaction = (...args) => (applies() ? inSavepointScope(() => transaction(...args)) : transaction(...args));
  return () => delete open.transaction;
}
