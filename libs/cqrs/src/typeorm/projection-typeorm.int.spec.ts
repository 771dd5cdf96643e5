import { consistencyToken } from '@minos/common';
import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import type { ProjectionContext } from '../projection/projection-context.js';
import { Projection, When } from '../projection/projection.decorator.js';
import { Parcel, ParcelSent, ParcelWeighed, Post } from '../projection/projection-kit.js';
import { Projections } from '../projection/projections.js';
import { sqlOf } from '../projection/sql-of.js';
import { entityManagerOf } from './entity-manager-of.js';
import { ProjectionTypeOrmModule } from './projection-typeorm.module.js';
import { CREATE_LOG, ParcelReport, ParcelReports } from './report-kit.js';

/** The post office with TypeORM beside its own storage. */
function reportingPost(url: string, projection: Type, more: readonly (DynamicModule | Type)[]): Type {
  @Module({
    imports: [
      TypeOrmModule.forRoot({ type: 'postgres', url, poolSize: 1, entities: [ParcelReport] }),
      MinosModule.forRoot({ service: 'post', database: { name: 'post' } }),
      ...more,
      MinosModule.forFeature({ aggregates: [Parcel], messages: [ParcelSent, ParcelWeighed] }),
    ],
    providers: [Post, projection],
  })
  class ReportingPostModule {}
  return ReportingPostModule;
}

describe('a projection that writes by EntityManager, SQL and views', () => {
  let database: TestDatabase;
  const apps: TestingApp[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
    await onDatabase('create table parcel_report (id text primary key, town text not null, times int not null)', CREATE_LOG);
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
    await database.drop();
  });

  const onDatabase = async (...statements: readonly string[]): Promise<void> => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  const start = async (
    projection: Type = ParcelReports,
    more: readonly (DynamicModule | Type)[] = [ProjectionTypeOrmModule.forRoot()],
  ): Promise<TestingApp> => {
    // Two connections: one for the batch, one for commands.
    const app = await createTestingApp(reportingPost(database.url, projection, more), {
      storage: 'postgres',
      database: { url: database.url, max: 2 },
    });
    apps.push(app);
    return app;
  };
  const reportsIn = (app: TestingApp): Promise<ParcelReport[]> =>
    app.get<DataSource>(DataSource).manager.find(ParcelReport, { order: { id: 'asc' } });
  const logIn = async (app: TestingApp): Promise<string[]> => {
    const text = `select id || '@' || version as entry from parcel_log order by line`;
    return (await app.get<DataSource>(DataSource).query<{ entry: string }[]>(text)).map(({ entry }) => entry);
  };
  const handled = (app: TestingApp, id: string, version: number): Promise<void> =>
    app
      .get<Projections>(Projections)
      .atLeast('parcel-report', consistencyToken({ service: 'post', stream: `parcel-${id}`, version }), '20s');

  it('has all of it once, in order, whichever instance runs it', async () => {
    const [first, second] = [await start(), await start()];
    const [one, other] = [first.get<Post>(Post), second.get<Post>(Post)];
    await Promise.all(Array.from({ length: 40 }, (_, n) => one.send(`p${n}`, 'Ulm', n)));
    await handled(second, 'p39', 1);
    await apps.shift()?.close();
    for (let n = 0; n < 40; n++) await other.tell(`p${n}`, new ParcelWeighed(100 + n));
    await handled(second, 'p39', 2);
    expect((await reportsIn(second)).map(({ times }) => times)).toEqual(Array.from({ length: 40 }, () => 2));
    expect(await other.towns.get('Ulm')).toEqual({ town: 'Ulm', parcels: 40 });
    expect(await other.parcels.get('p7')).toEqual({ id: 'p7', to: 'Ulm', weight: 107 });
    const log = await logIn(second);
    expect([log.length, new Set(log).size, log.slice(40)]).toEqual([80, 80, Array.from({ length: 40 }, (_, n) => `p${n}@2`)]);
  });

  it('stops before exactly the event that fails, with none of its rows, and goes on when told to', async () => {
    const app = await start();
    const [office, reports, projections] = [app.get<Post>(Post), app.get<ParcelReports>(ParcelReports), app.get<Projections>(Projections)];
    reports.refused = 'Nowhere';
    for (const [n, to] of ['Ulm', 'Bonn', 'Nowhere', 'Ulm'].entries()) await office.send(`p${n}`, to, n);
    const stopped = await until(async () => (await projections.statuses()).find(({ state }) => state === 'failed'), 'the stop');
    expect(stopped).toMatchObject({ failedEvent: { stream: 'parcel-p2', version: 1 } });
    expect((await reportsIn(app)).map(({ id }) => id)).toEqual(['p0', 'p1']);
    expect([await logIn(app), await office.parcels.count()]).toEqual([['p0@1', 'p1@1'], 2]);
    reports.refused = undefined;
    await projections.resume('parcel-report');
    await handled(app, 'p3', 1);
    expect([await logIn(app), await office.parcels.count()]).toEqual([['p0@1', 'p1@1', 'p2@1', 'p3@1'], 4]);
  });

  it('takes one EntityManager for a batch, and refuses it behind the batch', async () => {
    const managers: unknown[] = [];
    let late: ProjectionContext | undefined;
    @Projection('managers', { version: 1, batchSize: 100 })
    class Managers {
      @When(ParcelSent)
      async sent({ to, weight }: ParcelSent, context: ProjectionContext): Promise<void> {
        managers.push(entityManagerOf(context));
        await entityManagerOf(context).save(ParcelReport, { id: `m${weight}`, town: to, times: 1 });
        late = context;
      }
    }
    const app = await start(Managers);
    await app.get<Post>(Post).unitOfWork.run(async () => {
      for (let n = 0; n < 5; n++) await app.get<Post>(Post).send(`p${n}`, 'Ulm', n);
    });
    await until(async () => (await reportsIn(app)).length === 5, 'five rows');
    expect([managers.length, new Set(managers).size]).toEqual([5, 1]);
    const context = late as ProjectionContext;
    await expect(entityManagerOf(context).count(ParcelReport)).rejects.toMatchObject({ code: 'UNIT_ENDED' });
    await expect(sqlOf(context).query('select 1')).rejects.toMatchObject({ code: 'UNIT_ENDED' });
  });

  it('is refused at the start where its tables are missing, or hold what it did not make', async () => {
    await onDatabase('drop table parcel_log');
    await expect(start()).rejects.toMatchObject({ code: 'PROJECTION_TABLE_UNFIT', message: expect.stringContaining('parcel_log') });
    await onDatabase(CREATE_LOG, `insert into parcel_report values ('old', 'Ulm', 1)`);
    await expect(start()).rejects.toMatchObject({
      code: 'PROJECTION_TABLE_UNFIT',
      message: expect.stringContaining('truncate parcel_report'),
    });
    await onDatabase('truncate parcel_report');
    const app = await start();
    await app.get<Post>(Post).send('p0', 'Ulm', 1);
    await handled(app, 'p0', 1);
    // Its own rows are no reason.
    await expect(start()).resolves.toBeDefined();
  });

  it('says what to import where no DataSource was lent', async () => {
    const app = await start(ParcelReports, []);
    await app.get<Post>(Post).send('p0', 'Ulm', 1);
    const projections = app.get<Projections>(Projections);
    const stopped = await until(async () => (await projections.statuses()).find(({ state }) => state === 'failed'), 'the stop');
    expect(stopped.error).toMatchObject({ cause: { code: 'PROJECTION_DATA_SOURCE_MISSING' } });
  });
});
