import { until } from '@minos/common/testing';
import { MemoryLog } from '@minos/messaging';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { Module } from '@nestjs/common';
import { Sagas } from '../../api/sagas.js';
import type { SagaStore } from '../../contracts/saga-store.js';
import { SAGA_STORE } from '../../module/tokens.js';
import {
  BookThing,
  BookThingHandler,
  FreeThing,
  FreeThingHandler,
  HastyTour,
  NoteTour,
  NoteTourHandler,
  Tour,
  TourLog,
  UseThing,
  UseThingHandler,
} from '../../resources/resource-kit.js';
import { Resources } from '../../resources/resources.js';

@Module({
  imports: [
    MinosModule.forRoot({ service: 'tours' }),
    MinosModule.forFeature({ messages: [BookThing, FreeThing, UseThing, NoteTour], sagas: [Tour, HastyTour] }),
  ],
  providers: [TourLog, NoteTourHandler],
})
class ToursModule {}

@Module({ imports: [MinosModule.forRoot({ service: 'fleet' })], providers: [BookThingHandler, FreeThingHandler, UseThingHandler] })
class FleetModule {}

const FORTH = ['boat', 'guide', 'van'] as const;
const BACK = ['van', 'guide', 'boat'] as const;
/** Younger than any saga. */
const LATE = { holder: { holder: 'late', age: Date.UTC(3000, 0, 1) } };

let database: TestDatabase;
let tours: TestingApp;
let fleet: readonly TestingApp[];
let resources: Resources;
beforeAll(async () => {
  database = await createTestDatabase();
  const messaging = { broker: { kind: 'memory' as const, log: new MemoryLog() } };
  const participant = (): Promise<TestingApp> =>
    createTestingApp(FleetModule, { storage: 'postgres', database: { url: database.url }, messaging });
  tours = await createTestingApp(ToursModule, { messaging });
  fleet = [await participant(), await participant()];
  resources = (fleet[0] as TestingApp).get<Resources>(Resources);
});
afterAll(async () => {
  await Promise.all([tours, ...(fleet ?? [])].map((app) => app?.close()));
  await database?.drop();
});

async function ended(...ids: readonly string[]): Promise<readonly (string | undefined)[]> {
  const store = tours.get<SagaStore>(SAGA_STORE);
  const found = () => Promise.all(ids.map((id) => store.summary(id)));
  await until(async () => (await found()).every((one) => one?.endedAt !== undefined), 'all sagas to end');
  return (await found()).map((one) => one?.instance.phase);
}

const start = (name: string, things: typeof FORTH | typeof BACK): Promise<string> =>
  tours.get<Sagas>(Sagas).start(Tour, { name, things, fences: [] });

async function waits(thing: string): Promise<void> {
  await until(async () => (await resources.line(`thing:${thing}`)).length > 0, `somebody to wait for the ${thing}`);
}

it('answers a saga when it is its turn', async () => {
  await resources.reserve('thing:guide', LATE);
  const id = await start('one', FORTH);
  await waits('guide');
  await resources.confirm('thing:guide', { holder: 'late' });
  expect(await ended(id)).toEqual(['completed']);
});

it('gives on what nobody comes back for', async () => {
  await resources.reserve('thing:boat', { ...LATE, lease: '500ms' });
  expect(await ended(await start('one', FORTH))).toEqual(['completed']);
});

it('takes one out of the line that does not wait any longer, and its answer with it', async () => {
  await resources.reserve('thing:boat', LATE);
  expect(await ended(await tours.get<Sagas>(Sagas).start(HastyTour, { thing: 'boat' }))).toEqual(['compensated']);
  expect(await resources.line('thing:boat')).toEqual([]);
  await resources.cancel('thing:boat', { holder: 'late' });
  expect(await resources.holderOf('thing:boat')).toBeUndefined();
});

it('lets sagas end that want three things in opposite order', async () => {
  const pairs = Array.from({ length: 10 }, (_, index) => [start(`forth ${index}`, FORTH), start(`back ${index}`, BACK)]);
  expect(await ended(...(await Promise.all(pairs.flat())))).toContain('completed');
  for (const thing of FORTH) {
    expect(await resources.holderOf(`thing:${thing}`)).toBeUndefined();
    expect(await resources.line(`thing:${thing}`)).toEqual([]);
  }
});
