import { type Principal, runInContext, UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { until } from '@minos/common/testing';
import { CommandBus } from '@minos/cqrs';
import { MinosModule } from '@minos/nest';
import { createTestingSystem, type TestingSystem } from '@minos/nest/testing';
import { Module } from '@nestjs/common';
import { Sagas } from './api/sagas.js';
import type { SagaStore, SagaSummary } from './contracts/saga-store.js';
import { SAGA_STORE } from './module/tokens.js';
import { BeginTrip, BookTrip, GiveBackHandler, Stay, Supplies, TakeHandler, TellHandler, Told, Trip } from './starts-kit.js';

@Module({
  imports: [MinosModule.forRoot({ service: 'travel' }), MinosModule.forFeature({ sagas: [Trip, Stay] })],
  providers: [Told, TellHandler],
})
class TravelModule {}
@Module({ imports: [MinosModule.forRoot({ service: 'supplier' })], providers: [Supplies, TakeHandler, GiveBackHandler] })
class SupplierModule {}
@Module({ imports: [MinosModule.forRoot({ service: 'front' }), MinosModule.forFeature({ messages: [BookTrip, BeginTrip] })] })
class FrontModule {}

let system: TestingSystem<'travel' | 'supplier' | 'front'>;
let store: SagaStore;
let supplies: Supplies;
let told: Told;
beforeEach(async () => {
  system = await createTestingSystem({ travel: TravelModule, supplier: SupplierModule, front: FrontModule });
  store = system.apps.travel.get<SagaStore>(SAGA_STORE);
  supplies = system.apps.supplier.get(Supplies);
  told = system.apps.travel.get(Told);
});
afterEach(() => system.close());

async function allEnded(count: number): Promise<readonly SagaSummary[]> {
  const look = async (): Promise<readonly SagaSummary[] | undefined> => {
    const found = await store.list({}, { limit: 100 });
    return found.length === count && found.every(({ endedAt }) => endedAt !== undefined) ? found : undefined;
  };
  const ended = await until(look, `${count} ended sagas`, 20_000).catch(async (error: unknown) => {
    throw new Error(`${String(error)} ${JSON.stringify(await store.list({}, { limit: 100 }))}`);
  });
  await system.settled({ timeout: '20s' });
  return ended;
}
const phases = (found: readonly SagaSummary[]): string[] => found.map(({ instance: { name, phase } }) => `${name} ${phase}`).sort();

describe('a command that begins a saga', () => {
  it('is executed here and answers with its id, again for the same key', async () => {
    const commands = system.apps.travel.get(CommandBus);
    const first: { sagaId: string } = await commands.execute(new BookTrip('t-1', 'plain'));
    expect(await commands.execute(new BookTrip('t-1', 'other'))).toEqual(first);
    expect(phases(await allEnded(2))).toEqual(['stay completed', 'trip completed']);
    expect((await store.load(first.sagaId))?.instance).toMatchObject({ key: 't-1', state: { wish: 'plain', seat: 1, room: 2 } });
    expect([...told.log].sort()).toEqual(['t-1 is booked', 't-1 stays']);
  });

  it('is asked by another service, also at the same time', async () => {
    const commands = system.apps.front.get(CommandBus);
    const asked = [1, 2, 3, 4].map(() => commands.execute(new BookTrip('t-2', 'plain')));
    const local = system.apps.travel.get(CommandBus).execute(new BookTrip('t-2', 'plain'));
    const ids = new Set((await Promise.all([...asked, local])).map(({ sagaId }) => sagaId));
    expect(ids.size).toBe(1);
    await allEnded(2);
    expect(supplies.log).toEqual(['seat t-2', 'room t-2']);
  });

  it('without a key begins one each time; in one unit with what goes with it', async () => {
    const { travel } = system.apps;
    const [commands, unitOfWork] = [travel.get(CommandBus), travel.get<UnitOfWork>(UNIT_OF_WORK)];
    const failed = unitOfWork.run(async () => {
      await commands.execute(new BeginTrip('never'));
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    const ids = await unitOfWork.run(async () => {
      const keyed = [await commands.execute(new BookTrip('t-3', 'plain')), await commands.execute(new BookTrip('t-3', 'plain'))];
      return [...keyed, await commands.execute(new BeginTrip('t-4'))].map(({ sagaId }) => sagaId);
    });
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toBe(ids[1]);
    await allEnded(4);
  });
});

describe('Sagas.start', () => {
  it('begins with the unit around it, once for a key, whoever else begins one with it', async () => {
    const { travel } = system.apps;
    const [sagas, unitOfWork, commands] = [travel.get(Sagas), travel.get<UnitOfWork>(UNIT_OF_WORK), travel.get(CommandBus)];
    const begin = () => sagas.start(Trip, { tripId: 't-5', wish: 'plain' }, { key: 't-5' });
    const failed = unitOfWork.run(async () => {
      await begin();
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await store.list({}, { limit: 1 })).toEqual([]);
    const together = unitOfWork.run(async () => [await begin(), await begin()]);
    const ids = [...(await together), ...(await Promise.all([begin(), begin(), begin()]))];
    expect(new Set(ids).size).toBe(1);
    expect(await commands.execute(new BookTrip('t-5', 'tour'))).toEqual({ sagaId: ids[0] });
    await allEnded(2);
    expect(supplies.log).toEqual(['seat t-5', 'room t-5']);
  });

  it('refuses a state that is no JSON', async () => {
    const state = { tripId: 't', wish: 'plain', when: new Date(0) };
    await expect(system.apps.travel.get(Sagas).start(Trip, state)).rejects.toMatchObject({ code: 'PAYLOAD_REFUSED' });
  });
});

describe('a saga that is a step of another', () => {
  it('that is compensated rejects the step, so that the other one goes back too', async () => {
    supplies.none.add('room t-6');
    await system.apps.travel.get(CommandBus).execute(new BookTrip('t-6', 'plain'));
    expect(phases(await allEnded(2))).toEqual(['stay compensated', 'trip compensated']);
    expect(supplies.log).toEqual(['seat t-6', 'back seat t-6']);
    expect([...told.log].sort()).toEqual(['t-6 does not stay', 't-6 is off: no room']);
  });

  it('that has completed is taken back with the other one, which waits for it', async () => {
    supplies.none.add('tour t-7');
    await system.apps.travel.get(CommandBus).execute(new BookTrip('t-7', 'tour'));
    const ended = await until(
      async () => {
        const found = await store.list({}, { limit: 10 });
        return found.length === 2 && found.every(({ instance }) => instance.phase === 'compensated') ? found : undefined;
      },
      'both to be compensated',
      20_000,
    );
    await system.settled({ timeout: '20s' });
    expect(supplies.log).toEqual(['seat t-7', 'room t-7', 'back room t-7', 'back seat t-7']);
    expect([...told.log].sort()).toEqual(['t-7 does not stay', 't-7 is off: no tour t-7', 't-7 stays']);
    const trip = ended.find(({ instance }) => instance.name === 'trip');
    const notes = (await store.journal(trip?.instance.id ?? '', 0, 100)).map(({ kind, step = '' }) => `${kind} ${step}`.trim());
    expect(notes.slice(-6)).toEqual(['compensating tour', 'undo-sent stay', 'undone stay', 'undo-sent seat', 'undone seat', 'compensated']);
  });
});

describe('what began a saga', () => {
  it("is carried on by its commands, and by nobody else's", async () => {
    const commands = system.apps.travel.get(CommandBus);
    const claims = { subject: 'ann', roles: [], tenant: 'acme', audience: [], issuer: 'test', actedAt: '2026-01-01T00:00:00.000Z' };
    const principal: Principal = { ...claims, correlationId: 'c-1' };
    await Promise.all([
      runInContext({ tenant: 'acme', correlationId: 'c-1', principal }, () => commands.execute(new BeginTrip('a'))),
      runInContext({ tenant: 'umbrella', correlationId: 'c-2' }, () => commands.execute(new BeginTrip('b'))),
    ]);
    const found = await allEnded(4);
    for (const [trip, tenant, correlationId] of [
      ['a', 'acme', 'c-1'],
      ['b', 'umbrella', 'c-2'],
    ] as const) {
      expect(supplies.contexts.get(`seat ${trip}`)).toMatchObject({ tenant, correlationId });
      expect(supplies.contexts.get(`room ${trip}`)).toMatchObject({ tenant, correlationId });
    }
    const origins = found.map(({ instance: { name, origin } }) => `${name} ${origin.tenant} ${origin.principal?.subject ?? 'nobody'}`);
    expect(origins.sort()).toEqual(['stay acme ann', 'stay umbrella nobody', 'trip acme ann', 'trip umbrella nobody']);
  });
});
