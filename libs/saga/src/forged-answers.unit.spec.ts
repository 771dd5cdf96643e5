import { UNIT_OF_WORK, type UnitOfWork, uuidv7 } from '@minos/common';
import { until } from '@minos/common/testing';
import { CommandBus } from '@minos/cqrs';
import { Outbox, ParkedKeys } from '@minos/messaging';
import { MinosModule } from '@minos/nest';
import { createTestingSystem, type TestingSystem } from '@minos/nest/testing';
import { type LoggerService, Module } from '@nestjs/common';
import type { SagaInstance } from './contracts/saga-instance.js';
import type { SagaStore } from './contracts/saga-store.js';
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

const warnings: string[] = [];
const ignore = (): void => undefined;
const logger: LoggerService = {
  log: ignore,
  debug: ignore,
  error: ignore,
  warn: (message: unknown) => void warnings.push(String(message)),
};

let system: TestingSystem<'travel' | 'supplier' | 'front'>;
let store: SagaStore;
let open: () => void = ignore;
beforeEach(async () => {
  warnings.length = 0;
  system = await createTestingSystem({ travel: TravelModule, supplier: SupplierModule, front: FrontModule }, { logger });
  store = system.apps.travel.get<SagaStore>(SAGA_STORE);
  system.apps.supplier.get(Supplies).gate = new Promise((resolve) => (open = resolve));
});
afterEach(async () => {
  open();
  await system.close();
});

interface Forged {
  readonly source: 'front' | 'supplier';
  readonly sagaId: string;
  readonly request: string;
  readonly answers?: string;
}

/** Sends what a service can send, whatever it says. */
async function forge({ source, sagaId, request, answers = 'supplier.take' }: Forged): Promise<void> {
  const { get } = system.apps[source];
  const message = { channel: 'travel.sagas', key: sagaId, type: 'minos.result', data: { result: { number: 666 } }, causationId: request };
  await get<UnitOfWork>(UNIT_OF_WORK).run((unit) => get(Outbox).enlist(unit, { ...message, extensions: { answers } }));
}

async function begin(): Promise<SagaInstance> {
  const { sagaId } = await system.apps.travel.get(CommandBus).execute(new BeginTrip(`trip-${uuidv7()}`));
  return load(sagaId);
}
async function load(id: string): Promise<SagaInstance> {
  const { instance } = (await store.load(id)) ?? {};
  if (instance === undefined) throw new Error(`There is no saga ${id}`);
  return instance;
}
const notes = async (id: string): Promise<string[]> =>
  (await store.journal(id, 0, 100))
    .filter(({ kind }) => kind === 'late' || kind === 'refused')
    .map(({ kind, step = '' }) => `${kind} ${step}`.trim());
const unapplied = (): string[] => warnings.filter((warning) => warning.includes('was not applied'));

it('answers of who does not own the command are kept apart', async () => {
  const { id, steps } = await begin();
  await forge({ source: 'front', sagaId: id, request: steps['seat']?.attempt?.request ?? '' });
  const keys = system.apps.travel.get(ParkedKeys);
  const found = await until(
    async () => ((await keys.list()).length > 0 ? keys.list() : undefined),
    'the forged answer to be parked',
    15_000,
  );
  expect(found).toMatchObject([{ channel: 'travel.sagas', cause: { code: 'PRODUCER_NOT_OWNER' } }]);
  expect((await load(id)).steps['seat']?.status).toBe('waiting');
  open();
  await until(async () => (await load(id)).phase === 'completed', 'the saga to complete', 15_000);
  expect((await load(id)).state).not.toMatchObject({ seat: 666 });
});

it('answers to another saga, command or request are noted and told once each, and not applied', async () => {
  const [one, other] = [await begin(), await begin()];
  const request = one.steps['seat']?.attempt?.request ?? '';
  await forge({ source: 'supplier', sagaId: other.id, request });
  await forge({ source: 'supplier', sagaId: one.id, request: uuidv7() });
  await forge({ source: 'supplier', sagaId: one.id, request, answers: 'supplier.give-back' });
  await forge({ source: 'supplier', sagaId: uuidv7(), request });
  await until(() => unapplied().length === 4, 'four warnings', 15_000);
  expect(await notes(other.id)).toEqual(['refused']);
  expect((await notes(one.id)).sort()).toEqual(['refused', 'refused seat']);
  for (const { id } of [one, other]) expect((await load(id)).steps['seat']?.status).toBe('waiting');
  open();
  await until(async () => (await load(one.id)).phase === 'completed', 'the saga to complete', 15_000);
  await forge({ source: 'supplier', sagaId: one.id, request });
  await until(() => unapplied().length === 5, 'another warning', 15_000);
  expect((await notes(one.id)).sort()).toEqual(['late seat', 'refused', 'refused seat']);
  expect((await load(one.id)).state).not.toMatchObject({ seat: 666 });
  expect(new Set(unapplied()).size).toBe(5);
});

it('what an answer names is told on one line, and shortly', async () => {
  const { id } = await begin();
  const hostile = `x\n\u001b[31mERROR forged ${'y'.repeat(10_000)}`;
  await forge({ source: 'supplier', sagaId: id, request: hostile });
  await forge({ source: 'supplier', sagaId: `z\n\u001b[31mERROR`, request: uuidv7() });
  await until(() => unapplied().length === 2, 'two warnings', 15_000);
  for (const warning of unapplied()) {
    expect(warning).not.toMatch(/\p{Cc}/u);
    expect(warning.length).toBeLessThan(300);
  }
});
