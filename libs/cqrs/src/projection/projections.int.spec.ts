import { consistencyToken } from '@minos/common';
import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { Module, type Type } from '@nestjs/common';
import type { ProjectionContext } from './projection-context.js';
import { Projection, When } from './projection.decorator.js';
import { Parcel, ParcelList, ParcelLost, ParcelRow, ParcelScanned, ParcelSent, ParcelWeighed, Post, TownRow } from './projection-kit.js';
import { Projections } from './projections.js';

/** Counts the weight that goes to a town instead of the parcels. */
@Projection('parcel-list', { version: 2, views: [ParcelRow, TownRow] })
class HeavyList {
  @When(ParcelSent)
  async sent({ to, weight }: ParcelSent, { view }: ProjectionContext): Promise<void> {
    const towns = view(TownRow);
    towns.upsert({ town: to, parcels: ((await towns.get(to))?.parcels ?? 0) + weight });
  }
}

function post(projection: Type): Type {
  @Module({
    imports: [
      MinosModule.forRoot({ service: 'post', database: { name: 'post' } }),
      MinosModule.forFeature({ aggregates: [Parcel], messages: [ParcelSent, ParcelWeighed, ParcelLost, ParcelScanned] }),
    ],
    providers: [Post, projection],
  })
  class PostModule {}
  return PostModule;
}

describe('projections on PostgreSQL', () => {
  let database: TestDatabase;
  const apps: TestingApp[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
    await database.drop();
  });

  const start = async (projection: Type): Promise<TestingApp> => {
    const app = await createTestingApp(post(projection), { storage: 'postgres', database: { url: database.url } });
    apps.push(app);
    return app;
  };
  const send = (app: TestingApp, from: number, to: number): Promise<unknown> =>
    Promise.all(Array.from({ length: to - from }, (_, n) => app.get<Post>(Post).send(`p${from + n}`, 'Ulm', 2)));
  const parcelsIn = async (app: TestingApp): Promise<number> => (await app.get<Post>(Post).towns.get('Ulm'))?.parcels ?? 0;

  it('count every event once, whichever instance runs them, and go on where another stopped', async () => {
    const [first, second] = [await start(ParcelList), await start(ParcelList)];
    const sending = send(first, 0, 150);
    await until(async () => (await parcelsIn(second)) > 20, 'some parcels');
    await sending;
    await apps.shift()?.close();
    await send(second, 150, 300);
    await until(async () => (await parcelsIn(second)) >= 300, 'all parcels');
    await second
      .get<Projections>(Projections)
      .atLeast('parcel-list', consistencyToken({ service: 'post', stream: 'parcel-p299', version: 1 }), '60s');
    expect([await parcelsIn(second), await second.get<Post>(Post).parcels.count()]).toEqual([300, 300]);
  });

  it('build a new version from the first event beside the old one, and both serve', async () => {
    const old = await start(ParcelList);
    await send(old, 0, 50);
    await until(async () => (await parcelsIn(old)) === 50, 'the old version');
    const fresh = await start(HeavyList);
    await until(async () => (await fresh.get<Projections>(Projections).check()).status === 'up', 'readiness');
    await send(fresh, 50, 60);
    await until(async () => (await parcelsIn(fresh)) === 120 && (await parcelsIn(old)) === 60, 'both');
    expect(await fresh.get<Post>(Post).parcels.count()).toBe(0);
    const back = await start(ParcelList);
    expect(await parcelsIn(back)).toBe(60);
  });
});
