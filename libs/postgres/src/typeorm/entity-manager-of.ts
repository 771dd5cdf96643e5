import type { Unit } from '@minos/common';
import type { DataSource, EntityManager } from 'typeorm';
import { poolOfDataSource, runnerOfUnit } from './unit-data-source.js';

/**
 * An `EntityManager` of `dataSource` that works in the transaction of `unit`, also where the asynchronous context is lost. The first statement pins
 * the unit; after the unit's end every call fails with `UNIT_ENDED`. Does not need `joinDataSource`.
 */
export function entityManagerOf(unit: Unit, dataSource: DataSource): EntityManager {
  const pool = poolOfDataSource(dataSource);
  // The method of the class, because that of a joined DataSource decides by the surrounding unit.
  const type = Object.getPrototypeOf(dataSource) as DataSource;
  return runnerOfUnit(() => type.createQueryRunner.call(dataSource), unit, pool).manager;
}
