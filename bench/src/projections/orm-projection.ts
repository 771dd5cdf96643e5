import { Event } from '@minos/common';
import { Projection, type ProjectionContext, When } from '@minos/cqrs';
import { entityManagerOf, ProjectionTypeOrmModule } from '@minos/cqrs/typeorm';
import { MinosModule } from '@minos/nest';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Column, Entity, type Logger, PrimaryColumn } from 'typeorm';
import { EVENT_TYPE } from '../event-store/sample-event.js';

@Event(EVENT_TYPE, { version: 1 })
class Sample {}

@Entity('sample_rows')
class SampleEntity {
  @PrimaryColumn('text') id!: string;
  @Column('int') version!: number;
  @Column('jsonb') sample!: object;
}

export const CREATE_SAMPLE_ROWS = 'create table sample_rows (id text primary key, version int not null, sample jsonb not null)';

const rowOf = (sample: Sample, { recorded: { stream, version } }: ProjectionContext): SampleEntity => ({
  id: stream,
  version,
  sample: { ...sample },
});

/** One `upsert` for each event. */
@Projection('orm-upserts', { version: 1, tables: ['sample_rows'] })
class Upserts {
  @When(Sample)
  async happened(sample: Sample, context: ProjectionContext): Promise<void> {
    await entityManagerOf(context).upsert(SampleEntity, rowOf(sample, context), ['id']);
  }
}

/** One `save` for each event. */
@Projection('orm-saves', { version: 1, tables: ['sample_rows'] })
class Saves {
  @When(Sample)
  async happened(sample: Sample, context: ProjectionContext): Promise<void> {
    await entityManagerOf(context).save(SampleEntity, rowOf(sample, context));
  }
}

export const ORM_PROJECTIONS = { upsert: Upserts, save: Saves } as const;

/** Counts what TypeORM sends. */
export class StatementCount implements Logger {
  statements = 0;
  logQuery(): void {
    this.statements++;
  }
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}

/** A service with nothing but one of those projections. */
@Module({})
export class OrmService {
  static on(url: string, projection: Type, count?: StatementCount): DynamicModule {
    const logging = count === undefined ? {} : { logger: count, logging: ['query' as const] };
    return {
      module: OrmService,
      imports: [
        TypeOrmModule.forRoot({ type: 'postgres', url, poolSize: 1, entities: [SampleEntity], ...logging }),
        MinosModule.forRoot({
          service: 'bench',
          database: { url },
          features: { messaging: false, http: false, health: false, metrics: false },
        }),
        ProjectionTypeOrmModule.forRoot(),
        MinosModule.forFeature({ messages: [Sample] }),
      ],
      providers: [projection],
    };
  }
}
