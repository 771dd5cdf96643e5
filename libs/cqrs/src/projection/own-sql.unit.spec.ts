import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingApp } from '@minos/nest/testing';
import { Module, type Type } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { entityManagerOf } from '../typeorm/entity-manager-of.js';
import { ProjectionTypeOrmModule } from '../typeorm/projection-typeorm.module.js';
import type { ProjectionContext } from './projection-context.js';
import { Projection, When } from './projection.decorator.js';
import { Parcel, ParcelSent, Post } from './projection-kit.js';
import { Projections } from './projections.js';
import { sqlOf } from './sql-of.js';

function post(projection: Type): Type {
  @Module({
    imports: [
      MinosModule.forRoot({ service: 'post' }),
      ProjectionTypeOrmModule.forRoot({ dataSource: 'reports' }),
      MinosModule.forFeature({ aggregates: [Parcel], messages: [ParcelSent] }),
    ],
    providers: [Post, projection],
  })
  class PostModule {}
  @Module({
    imports: [
      PostModule,
      {
        module: class ReportsModule {},
        global: true,
        providers: [{ provide: 'reports', useValue: new DataSource({ type: 'postgres' }) }],
        exports: ['reports'],
      },
    ],
  })
  class AppModule {}
  return AppModule;
}

describe('a projection with SQL of its own, in memory', () => {
  const failureOf = async (work: (context: ProjectionContext) => unknown): Promise<unknown> => {
    @Projection('own-sql', { version: 1 })
    class OwnSql {
      @When(ParcelSent) sent(_event: ParcelSent, context: ProjectionContext): unknown {
        return work(context);
      }
    }
    const { get, close } = await createTestingApp(post(OwnSql));
    try {
      await get(Post).send('p', 'Ulm', 1);
      const failed = await until(
        async () => (await get(Projections).statuses()).find(({ state }) => state === 'failed'),
        'the stop',
        20_000,
      );
      return (failed.error as Error).cause;
    } finally {
      await close();
    }
  };

  it('is told that there is no database', async () => {
    const missing = { code: 'PROJECTION_DATABASE_MISSING', message: expect.stringContaining('context.view') };
    expect(await failureOf((context) => sqlOf(context).query('select 1'))).toMatchObject(missing);
    expect(await failureOf((context) => entityManagerOf(context).query('select 1'))).toMatchObject(missing);
  });

  it('is refused at the start where it names its tables', async () => {
    @Projection('own-tables', { version: 1, tables: ['reports'] })
    class OwnTables {
      @When(ParcelSent) sent(): void {}
    }
    await expect(createTestingApp(post(OwnTables))).rejects.toMatchObject({ code: 'PROJECTION_DATABASE_MISSING' });
    @Projection('odd-tables', { version: 1, tables: ['"reports"; drop table x', 'a.b.c'] })
    class OddTables {
      @When(ParcelSent) sent(): void {}
    }
    await expect(createTestingApp(post(OddTables))).rejects.toMatchObject({
      code: 'PROJECTIONS_INVALID',
      details: { faults: [expect.stringContaining('drop table'), expect.stringContaining('a.b.c')] },
    });
  });
});
