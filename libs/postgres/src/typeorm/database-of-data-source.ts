import type { DataSource } from 'typeorm';
import type { AdoptedPoolOptions } from '../database/adopted-pool.js';
import { Database } from '../database/database.js';
import { poolOfDataSource } from './unit-data-source.js';

/**
 * A {@link Database} on the DataSource's own pool, so that units and repositories share one pool. Closing it waits for connections in use and leaves the
 * pool to the DataSource: close it before `dataSource.destroy()`. Parsers that were set for the pool, or globally, do not touch what the libraries read.
 *
 * @throws `DATA_SOURCE_UNUSABLE` where it is not an initialised DataSource of the type "postgres".
 */
export function databaseOfDataSource(dataSource: DataSource, options: Omit<AdoptedPoolOptions, 'pool'> = {}): Database {
  return new Database({ ...options, pool: poolOfDataSource(dataSource) });
}
