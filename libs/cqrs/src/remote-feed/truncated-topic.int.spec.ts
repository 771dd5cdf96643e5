import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { MemoryLog } from '@minos/messaging';
import { BROKER } from '@minos/messaging/module';
import type { Broker } from '@minos/messaging/contracts';
import { consistencyToken } from '@minos/common';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { MinosModule } from '@minos/nest';
import { Module, type Type } from '@nestjs/common';
import type { ProjectionContext } from '../projection/projection-context.js';
import { Projection, When } from '../projection/projection.decorator.js';
import { Parcel, ParcelRow, ParcelSent, ParcelWeighed, Post } from '../projection/projection-kit.js';
import { Projections } from '../projection/projections.js';
import { Views } from '../view/views.js';

const COUNT = 40;

@Module({
  imports: [
    MinosModule.forRoot({ service: 'post' }),
    MinosModule.forFeature({ aggregates: [Parcel], messages: [ParcelSent, ParcelWeighed] }),
  ],
  providers: [Post],
})
class PostModule {}

const town = (version: number): Type => {
  @Projection('town-parcels', { version, from: 'post', views: [ParcelRow], batchSize: 7 })
  class TownParcels {
    @When(ParcelSent) sent({ to, weight }: ParcelSent, { view, recorded }: ProjectionContext): void {
      view(ParcelRow).upsert({ id: recorded.stream, to, weight });
    }
    @When(ParcelWeighed) weighed({ weight }: ParcelWeighed, { view, recorded }: ProjectionContext): void {
      view(ParcelRow).patch(recorded.stream, { weight });
    }
  }
  @Module({ imports: [MinosModule.forRoot({ service: 'town' })], providers: [TownParcels] })
  class TownModule {}
  return TownModule;
};

describe('a view on the events of another service whose topic was truncated', () => {
  const databases: TestDatabase[] = [];
  const running: TestingApp[] = [];

  beforeAll(async () => void databases.push(await createTestDatabase(), await createTestDatabase()));
  afterEach(async () => void (await Promise.all(running.splice(0).map((app) => app.close()))));
  afterAll(async () => void (await Promise.all(databases.splice(0).map((database) => database.drop()))));

  const start = async (module: Type, database: TestDatabase | undefined, log: MemoryLog): Promise<TestingApp> => {
    const options = {
      storage: 'postgres',
      database: { url: database?.url ?? '' },
      messaging: { broker: { kind: 'memory', log } },
    } as const;
    const app = await createTestingApp(module, options);
    running.push(app);
    return app;
  };
  const rowsOf = async (app: TestingApp, version: number): Promise<Map<string, number>> => {
    const token = consistencyToken({ service: 'post', stream: `parcel-${COUNT - 1}`, version });
    await app.get(Projections).atLeast('town-parcels', token, '60s');
    const { items } = await app.get(Views).of(ParcelRow).find({ limit: 1_000 });
    return new Map(items.map(({ id, weight }) => [id, weight]));
  };

  it('is complete in a new version, although nothing of the past is in the topic', async () => {
    const log = new MemoryLog();
    const [post, old] = [await start(PostModule, databases[0], log), await start(town(1), databases[1], log)];
    const sender = post.get(Post);
    for (let id = 0; id < COUNT; id++) await sender.send(String(id), 'Ulm', id);
    for (let id = 0; id < COUNT; id++) await sender.tell(String(id), new ParcelWeighed(id + 100));
    const expected = await rowsOf(old, 2);
    expect(expected.size).toBe(COUNT);
    await post.settled();
    await Promise.all(running.splice(0).map((app) => app.close()));

    const truncated = new MemoryLog();
    const [again, renewed] = [await start(PostModule, databases[0], truncated), await start(town(2), databases[1], truncated)];
    expect(await rowsOf(renewed, 2)).toEqual(expected);
    // Control: who reads the topic from its beginning finds nothing.
    const lag = await again.get<Broker>(BROKER).lag('nobody', ['post.events']);
    expect(lag.map((one) => one.lag)).toEqual(lag.map(() => 0n));
    await again.get(Post).tell('0', new ParcelWeighed(7));
    const token = consistencyToken({ service: 'post', stream: 'parcel-0', version: 3 });
    await renewed.get(Projections).atLeast('town-parcels', token, '60s');
    expect((await renewed.get(Views).of(ParcelRow).get('parcel-0'))?.weight).toBe(7);
  });
});
