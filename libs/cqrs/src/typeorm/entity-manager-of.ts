import { entityManagerOf as managerOfUnit } from '@minos/postgres/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { ProjectionDatabaseMissingError } from '../errors/projection.errors.js';
import type { ProjectionContext } from '../projection/projection-context.js';
import { ProjectionDataSourceMissingError } from '../errors/projection-data-source.errors.js';

/** Under which the DataSource lies in the unit of a batch; `null` where the service has no database. */
export const PROJECTION_DATA_SOURCE = Symbol.for('@minos/cqrs/projection-data-source');
const MANAGER = Symbol.for('@minos/cqrs/projection-entity-manager');

/**
 * The `EntityManager` of the batch: what it writes commits with the rows of views and the checkpoint, or not at all. One for all events of a batch; its first
 * statement takes a connection, after the batch every call fails with `UNIT_ENDED`. Throws `PROJECTION_DATA_SOURCE_MISSING` without
 * `ProjectionTypeOrmModule`, `PROJECTION_DATABASE_MISSING` where the service keeps its data in memory, `DATA_SOURCE_UNUSABLE`.
 */
export function entityManagerOf({ unit }: Pick<ProjectionContext, 'unit'>): EntityManager {
  const known = unit.resources.get(MANAGER) as EntityManager | undefined;
  if (known !== undefined) return known;
  const dataSource = unit.resources.get(PROJECTION_DATA_SOURCE) as DataSource | null | undefined;
  if (dataSource === undefined) throw new ProjectionDataSourceMissingError();
  if (dataSource === null) throw new ProjectionDatabaseMissingError('entityManagerOf(context)');
  const made = managerOfUnit(unit, dataSource);
  unit.resources.set(MANAGER, made);
  return made;
}
