import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { Database } from '@minos/postgres';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { Module, type Type } from '@nestjs/common';
import { PostgresProjectionControl } from '../postgres/projection/postgres-projection-control.js';
import { Counting, counted, gate, parcelsIn, rebuiltOf, send, statusOf } from './operations-kit.js';
import type { ProjectionContext } from './projection-context.js';
import { Parcel, ParcelRow, ParcelSent, Post, TownRow } from './projection-kit.js';
import { Projection, When } from './projection.decorator.js';
import { Projections } from './projections.js';

/** Waits within its batch, so that something can happen before it commits. */
@Projection('counting', { version: 1, views: [ParcelRow, TownRow] })
class Waiting {
  gate: Promise<void> | undefined;
  begun = 0;
  @When(ParcelSent)
  async sent({ to }: ParcelSent, { view }: ProjectionContext): Promise<void> {
    this.begun += 1;
    await this.gate;
    const towns = view(TownRow);
    towns.upsert({ town: to, parcels: ((await towns.get(to))?.parcels ?? 0) + 1 });
  }
}

@Projection('counting', { version: 2, views: [ParcelRow, TownRow] })
class Doubling {
  @When(ParcelSent)
  async sent({ to }: ParcelSent, { view }: ProjectionContext): Promise<void> {
    const towns = view(TownRow);
    towns.upsert({ town: to, parcels: ((await towns.get(to))?.parcels ?? 0) + 2 });
  }
}

function post(projection: Type): Type {
  @Module({
    imports: [
      MinosModule.forRoot({ service: 'post', database: { name: 'post' } }),
      MinosModule.forFeature({ aggregates: [Parcel], messages: [ParcelSent] }),
    ],
    providers: [Post, projection],
  })
  class PostModule {}
  return PostModule;
}

describe('several instances of a service', () => {
  let server: TestDatabase;
  let database: Database;
  const apps: TestingApp[] = [];

  beforeEach(async () => {
    server = await createTestDatabase();
    database = new Database({ connectionString: server.url, max: 2 });
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
    await database.close();
    await server.drop();
  });
  const start = async (projection: Type): Promise<TestingApp> => {
    const app = await createTestingApp(post(projection), { storage: 'postgres', database: { url: server.url }, messaging: { run: false } });
    apps.push(app);
    return app;
  };
  const projectionsOf = (app: TestingApp): Projections => app.get<Projections>(Projections);
  const isBuilt = async (): Promise<boolean> =>
    (await new PostgresProjectionControl(database).load([{ name: 'counting', version: 1 }]))[0]?.built === true;

  it('stand together while one of them was told to pause, those that start later too, and are ready', async () => {
    const [one, other] = [await start(Counting), await start(Counting)];
    await send(one, 0, 10);
    await counted(other, 10);
    await until(isBuilt, 'the note that it is built');
    await projectionsOf(one).pause('counting');
    const late = await start(Counting);
    await send(late, 10, 150);
    await until(async () => (await statusOf(late)).state === 'paused', 'the state');
    expect(await Promise.all([one, other, late].map(async (app) => (await statusOf(app)).state))).toEqual(['paused', 'paused', 'paused']);
    expect((await projectionsOf(late).check()).status).toBe('up');
    expect(await parcelsIn(late)).toBe(10);
    await projectionsOf(late).resume('counting');
    await counted(one, 150);
  });

  it('commit nothing of a batch that was under way when the pause came, though they have not heard of it', async () => {
    const app = await start(Waiting);
    const waiting = app.get<Waiting>(Waiting);
    const held = gate();
    waiting.gate = held.closed;
    await send(app, 0, 1);
    await until(() => waiting.begun > 0, 'the batch');
    await new PostgresProjectionControl(database).act({ name: 'counting', version: 1 }, 'pause', { by: 'test' });
    held.open();
    await until(async () => (await statusOf(app)).state === 'paused', 'the pause');
    expect(await parcelsIn(app)).toBe(0);
  });

  it('control: the same batch commits where nothing paused it', async () => {
    const app = await start(Waiting);
    const waiting = app.get<Waiting>(Waiting);
    const held = gate();
    waiting.gate = held.closed;
    await send(app, 0, 1);
    await until(() => waiting.begun > 0, 'the batch');
    held.open();
    await counted(app, 1);
  });

  it('serve two versions side by side while one of them is rebuilt, and after a rollback', async () => {
    const old = await start(Counting);
    await send(old, 0, 20);
    await counted(old, 20);
    const fresh = await start(Doubling);
    await counted(fresh, 40);
    const counting = old.get<Counting>(Counting);
    const held = gate();
    counting.gate = held.closed;
    await projectionsOf(old).rebuild('counting');
    await send(fresh, 20, 25);
    await Promise.all([counted(old, 25), counted(fresh, 50)]);
    held.open();
    await rebuiltOf(old);
    expect([await parcelsIn(old), await parcelsIn(fresh)]).toEqual([25, 50]);
    const back = await start(Counting);
    await send(back, 25, 30);
    await Promise.all([counted(back, 30), counted(fresh, 60)]);
  });

  it('serve the old rows for as long as a long reader holds them, and keep indexes and grants', async () => {
    const app = await start(Counting);
    await send(app, 0, 20);
    await counted(app, 20);
    await database.query('grant select on minos_views.parcels_v1 to public');
    const indexes = (): Promise<unknown> =>
      database.query(`select indexname from pg_indexes where schemaname = 'minos_views' order by indexname`).then(({ rows }) => rows);
    const before = await indexes();
    const reader = await database.connect();
    await reader.query('begin');
    await reader.query('select count(*) from minos_views.parcels_v1');
    await projectionsOf(app).rebuild('counting');
    await until(async () => {
      const { rebuild } = await statusOf(app);
      return rebuild !== undefined && rebuild.done === rebuild.total;
    }, 'the end of the feed');
    for (let n = 20; n < 30; n++) await send(app, n, n + 1);
    await counted(app, 30);
    expect((await statusOf(app)).rebuild).toBeDefined();
    await reader.query('commit');
    reader.release();
    await rebuiltOf(app);
    expect([await parcelsIn(app), await indexes()]).toEqual([30, before]);
    const { rows } = await database.query(
      `select from information_schema.role_table_grants where table_name = 'parcels_v1' and grantee = 'PUBLIC'`,
    );
    expect(rows).toHaveLength(1);
  });
});
