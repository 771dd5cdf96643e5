import { isRejection, type UnitOfWork, UNIT_OF_WORK } from '@minos/common';
import { rejectsWith, until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingSystem, type TestingSystem } from '@minos/nest/testing';
import { Module } from '@nestjs/common';
import { Sagas } from '../api/sagas.js';
import type { SagaStore, SagaSummary } from '../contracts/saga-store.js';
import { SAGA_STORE } from '../module/tokens.js';
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
} from './resource-kit.js';
import { type Reservation, Resources } from './resources.js';

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

let system: TestingSystem<'tours' | 'fleet'>;
let resources: Resources;
beforeEach(async () => {
  system = await createTestingSystem({ tours: ToursModule, fleet: FleetModule });
  resources = system.apps.fleet.get<Resources>(Resources);
});
afterEach(() => system.close());

const FORTH = ['boat', 'guide', 'van'] as const;
const BACK = ['van', 'guide', 'boat'] as const;
/** Younger than any saga. */
const LATE = { holder: { holder: 'late', age: Date.UTC(3000, 0, 1) } };
const OTHER = { holder: { holder: 'other', age: 1 } };

function start(name: string, things: readonly [string, string, string], since?: Date): Promise<string> {
  const sagas = system.apps.tours.get<Sagas>(Sagas);
  return sagas.start(Tour, { name, things, fences: [] }, since === undefined ? {} : { since });
}

function summary(id: string): Promise<SagaSummary | undefined> {
  return system.apps.tours.get<SagaStore>(SAGA_STORE).summary(id);
}

async function ended(...ids: readonly string[]): Promise<readonly string[]> {
  const phases = async () => Promise.all(ids.map(async (id) => (await summary(id))?.instance.phase ?? ''));
  await until(
    async () => (await phases()).every((phase) => phase.startsWith('comp') && !phase.endsWith('ing')),
    'all sagas to end',
    20_000,
  );
  return phases();
}

async function waits(thing: string): Promise<void> {
  await until(async () => (await resources.line(`thing:${thing}`)).length === 1, `somebody to wait for the ${thing}`, 10_000);
}

it('answers a saga when it is its turn, and not before', async () => {
  await resources.reserve('thing:guide', LATE);
  const id = await start('one', FORTH);
  await waits('guide');
  await system.settled();
  expect((await summary(id))?.instance.steps['second']?.status).toBe('waiting');
  expect(await resources.holderOf('thing:boat')).toMatchObject({ holder: id });
  await resources.confirm('thing:guide', { holder: 'late' });
  expect(await ended(id)).toEqual(['completed']);
  expect(await resources.holderOf('thing:guide')).toBeUndefined();
  const age = (await summary(id))?.instance.origin.since;
  expect(system.apps.tours.get<TourLog>(TourLog).notes).toEqual([{ name: 'one', saga: { holder: id, age, mayHold: true } }]);
});

it('gives on what somebody does not come back for', async () => {
  await resources.reserve('thing:boat', { ...OTHER, lease: '300ms' });
  const id = await start('one', FORTH);
  expect(await ended(id)).toEqual(['completed']);
  const late = resources.confirm('thing:boat', { holder: 'other' });
  expect(
    isRejection(
      await late.then(
        () => undefined,
        (error: unknown) => error,
      ),
      'resource.lost',
    ),
  ).toBe(true);
});

it('lets a saga that has something wait for a younger one only', async () => {
  await resources.reserve('thing:guide', { holder: { holder: 'other', age: 1 } });
  const older = await start('older', FORTH, new Date(0));
  await waits('guide');
  const younger = await start('younger', BACK);
  expect(await ended(younger)).toEqual(['compensated']);
  expect(await resources.holderOf('thing:van')).toBeUndefined();
  await resources.cancel('thing:guide', { holder: 'other' });
  expect(await ended(older)).toEqual(['completed']);
});

it('takes a saga out of the line that can not wait any longer', async () => {
  await resources.reserve('thing:boat', OTHER);
  // Kept, for it does not wait for long.
  const reserve = jest.spyOn(resources, 'reserve');
  try {
    const id = await system.apps.tours.get<Sagas>(Sagas).start(HastyTour, { thing: 'boat' });
    expect(await ended(id)).toEqual(['compensated']);
    const reserved = await Promise.all(reserve.mock.results.map(({ value }) => value as Promise<Reservation>));
    expect(reserved.map(({ status }) => status)).toEqual(['waiting']);
  } finally {
    reserve.mockRestore();
  }
  expect(await resources.line('thing:boat')).toEqual([]);
  await resources.confirm('thing:boat', { holder: 'other' });
  expect(await resources.holderOf('thing:boat')).toBeUndefined();
});

it('lets two that want three things in opposite order end, 100 times', async () => {
  for (let group = 0; group < 10; group++) {
    const pairs = Array.from({ length: 10 }, (_, index) => [
      start(`forth ${group}.${index}`, FORTH),
      start(`back ${group}.${index}`, BACK),
    ]);
    const phases = await ended(...(await Promise.all(pairs.flat())));
    expect(phases).toContain('completed');
  }
  for (const thing of FORTH) {
    expect(await resources.holderOf(`thing:${thing}`)).toBeUndefined();
    expect(await resources.line(`thing:${thing}`)).toEqual([]);
  }
});

describe('somebody who is no saga', () => {
  it('names itself, and waits only if it says so', async () => {
    await rejectsWith('RESOURCE_HOLDER_MISSING', resources.reserve('thing:boat'));
    await rejectsWith('RESOURCE_REQUEST_INVALID', resources.reserve('', OTHER));
    await rejectsWith('RESOURCE_REQUEST_INVALID', resources.reserve('thing:boat', { ...OTHER, lease: 'soon' as never }));
    expect(await resources.reserve('thing:boat', OTHER)).toMatchObject({ status: 'held', place: 0 });
    const young = { holder: { holder: 'young', age: 9 } };
    await expect(resources.reserve('thing:boat', young)).rejects.toMatchObject({ code: 'resource.busy', details: { by: 'other' } });
    expect(await resources.reserve('thing:boat', { ...young, wait: true })).toMatchObject({ status: 'waiting', place: 1 });
  });

  it('may try another thing in the same unit, and cancel without being refused later', async () => {
    const unitOfWork = system.apps.fleet.get<UnitOfWork>(UNIT_OF_WORK);
    await resources.reserve('thing:boat', OTHER);
    const young = { holder: { holder: 'young', age: 9 } };
    const got = await unitOfWork.run(async () => {
      await expect(resources.reserve('thing:boat', young)).rejects.toMatchObject({ code: 'resource.busy' });
      return resources.reserve('thing:van', young);
    });
    expect(got).toMatchObject({ resource: 'thing:van', status: 'held' });
    await resources.cancel('thing:guide', { holder: 'young' });
    expect(await resources.reserve('thing:guide', young)).toMatchObject({ status: 'held' });
    await resources.cancel('thing:two', { holder: 'young', remember: true });
    await expect(resources.reserve('thing:two', young)).rejects.toMatchObject({ code: 'resource.cancelled' });
  });
});

it('says what is missing', async () => {
  await rejectsWith('RESOURCE_STORAGE_MISSING', new Resources().reserve('thing:boat'));
});
