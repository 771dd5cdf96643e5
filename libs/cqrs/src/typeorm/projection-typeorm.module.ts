import { DATABASE, type Database } from '@minos/postgres';
import { type DynamicModule, type InjectionToken, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ProjectionResources } from '../projection/projection-resources.js';
import { PROJECTION_DATA_SOURCE } from './entity-manager-of.js';

export interface ProjectionTypeOrmOptions {
  /** The token of a DataSource of the service's own database. @default DataSource, under which `TypeOrmModule.forRoot()` provides the one without a name */
  readonly dataSource?: InjectionToken<DataSource>;
}

const LENT = Symbol.for('@minos/cqrs/lent-data-source');

/** Lends the DataSource to the projections of the application: their methods may call `entityManagerOf(context)`. */
@Module({})
export class ProjectionTypeOrmModule {
  static forRoot({ dataSource = DataSource }: ProjectionTypeOrmOptions = {}): DynamicModule {
    const lend = (resources: ProjectionResources, source: DataSource, database?: Database): void =>
      resources.lend(PROJECTION_DATA_SOURCE, database === undefined ? null : source);
    return {
      module: ProjectionTypeOrmModule,
      providers: [{ provide: LENT, useFactory: lend, inject: [ProjectionResources, dataSource, { token: DATABASE, optional: true }] }],
    };
  }
}
