import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingSystem, type TestingSystem } from '@minos/nest/testing';
import { Module } from '@nestjs/common';
import { Sagas } from '../api/sagas.js';
import type { SagaStatus } from '../contracts/saga-instance.js';
import type { SagaStore } from '../contracts/saga-store.js';
import { SAGA_STORE } from '../module/tokens.js';
import { expectSagasKept } from '../testing/expect-sagas-kept.js';
import { AGENCY, BookSeat, DropSeat, Faults, PrintTicket, SEATS, Trip } from './operations-kit.js';
import { SagaOperations } from './saga-operations.js';

@Module({
  imports: [MinosModule.forRoot({ service: 'agency' }), MinosModule.forFeature({ messages: [BookSeat, DropSeat, PrintTicket] })],
  providers: AGENCY,
})
class AgencyModule {}

@Module({ imports: [MinosModule.forRoot({ service: 'seats' })], providers: SEATS })
class SeatsModule {}

let system: TestingSystem<'agency' | 'seats'>;
let operations: SagaOperations;
let store: SagaStore;
let here: Faults;
let there: Faults;
beforeEach(async () => {
  system = await createTestingSystem({ agency: AgencyModule, seats: SeatsModule });
  const { agency, seats } = system.apps;
  operations = agency.get<SagaOperations>(SagaOperations);
  store = agency.get<SagaStore>(SAGA_STORE);
  here = agency.get<Faults>(Faults);
  there = seats.get<Faults>(Faults);
});
afterEach(() => system.close());

const by = { by: 'ann' };
const start = (tripId: string): Promise<string> => system.apps.agency.get<Sagas>(Sagas).start(Trip, { tripId }, { key: tripId });
const statusOf = async (id: string): Promise<SagaStatus> => (await operations.show(id)).status;
const reach = (id: string, ...statuses: SagaStatus[]): Promise<unknown> =>
  until(async () => statuses.includes(await statusOf(id)), `the saga to be ${statuses.join(' or ')}`, 20_000);
const startParked = async (tripId: string): Promise<string> => {
  here.unreadable.add(tripId);
  const id = await start(tripId);
  await reach(id, 'parked');
  return id;
};
/** Behind the pivot, where a step is refused as often as it may be. */
const startBehindPivot = async (tripId: string): Promise<string> => {
  there.refused.add('ticket.print');
  const id = await start(tripId);
  await reach(id, 'parked');
  return id;
};

describe('looking at sagas', () => {
  it('lists them page by page, with what each waits for', async () => {
    for (const tripId of ['a', 'b', 'c']) await startParked(tripId);
    await reach(await start('d'), 'completed');
    const first = await operations.list({ status: 'parked' }, { limit: 2 });
    const rest = await operations.list({ status: 'parked' }, { limit: 2, after: first.next ?? '' });
    expect(first.sagas).toHaveLength(2);
    expect([...first.sagas, ...rest.sagas].map(({ key }) => key).sort()).toEqual(['a', 'b', 'c']);
    expect(rest.next).toBeUndefined();
    expect(first.sagas[0]).toMatchObject({
      ...{ name: 'trip', version: 1, status: 'parked', phase: 'running', tenant: '' },
      waits: [{ step: 'seat', for: 'operator', reason: expect.stringContaining('can not be read') }],
    });
    expect((await operations.list({ key: 'd' })).sagas).toMatchObject([{ status: 'completed', waits: [] }]);
    expect((await operations.list({ olderThanMs: 3_600_000 })).sagas).toEqual([]);
    await expect(operations.list({}, { after: 'x' })).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
  });

  it('shows one with its steps, its state and its journal', async () => {
    const id = await startBehindPivot('a');
    const found = await operations.show({ saga: 'trip', key: 'a' });
    expect(found).toMatchObject({ id, status: 'parked', parked: { step: 'ticket' }, state: { tripId: 'a', seat: 1 }, mail: [] });
    expect(found.steps.map(({ name, status }) => `${name} ${status}`)).toEqual(['seat done', 'pay done', 'ticket answered']);
    expect(found.journal).toHaveLength(found.entries);
    expect((await operations.show(id, { after: 2, limit: 1 })).journal).toEqual([found.journal[2]]);
    await expect(operations.show({ saga: 'trip', key: 'z' })).rejects.toMatchObject({ code: 'SAGA_NOT_FOUND' });
  });
});

it('keeps the plans that are recorded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'minos-sagas-'));
  const file = join(folder, 'minos.sagas.json');
  const app = system.apps.agency;
  try {
    expectSagasKept(app.get<SagaOperations>(SagaOperations), file, { update: true });
    // #region kept
    expectSagasKept(app.get<SagaOperations>(SagaOperations), file);
    // #endregion
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('operating on sagas', () => {
  it('cancels by the key of whoever started it, and refuses once the pivot has begun', async () => {
    const id = await startParked('a');
    // #region cancel
    const done = await operations.cancel({ saga: 'trip', key: 'a' }, { by: 'customer 7', reason: 'changed my mind' });
    // #endregion
    expect(done).toMatchObject({ id, from: 'parked', to: 'compensating', commands: [{ step: 'seat', command: 'seat.drop', undo: true }] });
    await reach(id, 'compensated');
    expect(there.log).toEqual(['seat.book a', 'seat.drop a']);
    const { journal } = await operations.show(id);
    expect(journal.find(({ kind }) => kind === 'operated')).toMatchObject({
      data: { request: done.request, operation: 'cancel', by: 'customer 7', reason: 'changed my mind', effects: { to: 'compensating' } },
    });
    await expect(operations.cancel(id, by)).rejects.toMatchObject({ code: 'SAGA_ENDED' });
    const late = await startBehindPivot('b');
    await expect(operations.cancel(late, by)).rejects.toMatchObject({ code: 'SAGA_PAST_PIVOT', details: { step: 'pay' } });
    expect(await operations.forceCompensate(late, by)).toMatchObject({ to: 'compensating' });
    await reach(late, 'compensated');
  });

  it('resumes, retries, skips and edits', async () => {
    const read = await startParked('a');
    here.unreadable.clear();
    await operations.resume(read, by);
    await reach(read, 'completed');
    const tried = await startBehindPivot('b');
    there.refused.clear();
    expect(await operations.retryStep(tried, 'ticket', by)).toMatchObject({
      to: 'running',
      commands: [{ command: 'ticket.print', key: 'b' }],
    });
    await reach(tried, 'completed');
    const skipped = await startParked('c');
    here.unreadable.clear();
    await expect(operations.skipStep(skipped, 'seat', { ...by, output: {} })).rejects.toMatchObject({ code: 'SAGA_INPUT_REFUSED' });
    await operations.skipStep(skipped, 'seat', { ...by, output: { seat: 12 } });
    await reach(skipped, 'completed');
    expect((await operations.show(skipped)).state).toEqual({ tripId: 'c', seat: 12 });
    const edited = await startParked('d');
    // #region edit
    const { state, revision } = await operations.show(edited);
    const wanted = { ...(state as object), tripId: 'e' };
    const { to, commands } = await operations.editState(edited, wanted, { by: 'ann', revision, dryRun: true });
    await operations.editState(edited, wanted, { by: 'ann', revision, reason: 'wrong trip' });
    await operations.resume(edited, { by: 'ann' });
    // #endregion
    expect([to, commands]).toEqual(['parked', []]);
    await reach(edited, 'completed');
    expect((await operations.show(edited)).state).toEqual({ tripId: 'e', seat: 1 });
  });

  it('changes nothing in a dry run', async () => {
    const id = await startParked('a');
    const before = [await store.load(id), await store.summary(id), await store.journal(id, 0, 100)];
    const dry = { ...by, dryRun: true };
    expect(await operations.cancel(id, dry)).toMatchObject({ dryRun: true, to: 'compensating', commands: [{ command: 'seat.drop' }] });
    expect(await operations.skipStep(id, 'seat', dry)).toMatchObject({ to: 'running', commands: [{ command: 'trip.pay' }] });
    await expect(operations.skipStep(id, 'seat', { ...dry, output: { seat: 2 } })).rejects.toMatchObject({ code: 'SAGA_INPUT_REFUSED' });
    expect(await operations.resume(id, dry)).toMatchObject({ to: 'parked', commands: [] });
    expect(await operations.editState(id, { tripId: 'x' }, dry)).toMatchObject({ to: 'parked' });
    await expect(operations.retryStep(id, 'seat', dry)).rejects.toMatchObject({ code: 'SAGA_OPERATION_REFUSED' });
    expect([await store.load(id), await store.summary(id), await store.journal(id, 0, 100)]).toEqual(before);
    expect(there.log).toEqual(['seat.book a']);
  });

  it('stands although the unit fails in which it was asked', async () => {
    const id = await startParked('a');
    const unitOfWork = system.apps.agency.get<UnitOfWork>(UNIT_OF_WORK);
    const work = unitOfWork.run(async () => {
      await operations.cancel(id, by);
      throw new Error('and then this');
    });
    await expect(work).rejects.toThrow('and then this');
    await reach(id, 'compensated');
  });

  it('carries several requests out that come at once, each with an entry of its own', async () => {
    const id = await startParked('a');
    here.unreadable.clear();
    const asked = await Promise.allSettled([operations.resume(id, by), operations.cancel(id, by), operations.resume(id, by)]);
    const { journal } = await operations.show(id);
    expect(journal.filter(({ kind }) => kind === 'operated')).toHaveLength(3);
    expect(asked.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(1);
    await reach(id, 'compensated', 'completed');
  });

  it('does a dry run for one that has not the plan, and tells where nobody has', async () => {
    const id = await startParked('a');
    const { instance } = (await store.summary(id)) ?? {};
    const unitOfWork = system.apps.agency.get<UnitOfWork>(UNIT_OF_WORK);
    const elsewhere = new SagaOperations({ store, ask: (mail) => unitOfWork.run((unit) => void unit.enlist(mail)) });
    expect(await elsewhere.cancel(id, { ...by, dryRun: true })).toMatchObject({ dryRun: true, to: 'compensating' });
    const { instance: after } = (await store.summary(id)) ?? {};
    expect(after).toEqual({ ...instance, revision: after?.revision, entries: Number(instance?.entries) + 1 });
    const nobody = new SagaOperations({ store, ask: async () => undefined });
    await expect(nobody.resume(id, { ...by, within: '50ms' })).rejects.toMatchObject({
      code: 'SAGA_NOT_CARRIED',
      message: expect.stringContaining('version 1 of trip'),
    });
    await expect(new SagaOperations().resume(id, by)).rejects.toMatchObject({ code: 'SAGA_NOT_FOUND' });
    expect(await new SagaOperations().list()).toEqual({ sagas: [] });
  });

  it('demands to know who asks', async () => {
    await expect(operations.cancel('x', {} as never)).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
  });
});

describe('what goes wrong', () => {
  it('parks one whose plan throws at once, and lets the others go on', async () => {
    here.unreadable.add('t-3');
    const ids = await Promise.all(Array.from({ length: 12 }, (_, index) => start(`t-${index}`)));
    const bad = ids[3] as string;
    await Promise.all(ids.map((id) => reach(id, id === bad ? 'parked' : 'completed')));
    expect((await operations.show(bad)).parked).toMatchObject({ step: 'seat', reason: expect.stringContaining('t-3 can not be read') });
    expect((await store.progress()).parked).toBe(1);
  });

  it('parks one whose command no outbox would take', async () => {
    const id = await start('long '.repeat(1_000));
    await reach(id, 'parked');
    expect((await operations.show(id)).parked).toMatchObject({
      step: 'seat',
      reason: expect.stringMatching(/its key has more than \d+ bytes/),
    });
  });

  it('tries a compensation as often as it may, parks, and goes on when an operator resumes it', async () => {
    here.refused.add('trip.pay');
    there.refused.add('seat.drop');
    const id = await start('a');
    const drops = (): number => there.log.filter((line) => line === 'seat.drop a').length;
    await reach(id, 'parked');
    expect(drops()).toBe(5);
    expect((await operations.show(id)).parked?.reason).toContain('failed 5 times');
    // For ever.
    for (const wanted of [10, 15]) {
      await operations.resume(id, by);
      await until(async () => drops() === wanted && (await statusOf(id)) === 'parked', `${wanted} tries`, 20_000);
    }
    there.refused.clear();
    await operations.retryStep(id, 'seat', by);
    await reach(id, 'compensated');
    expect(drops()).toBe(16);
  });

  it('goes on without a compensation that an operator has done by hand', async () => {
    here.refused.add('trip.pay');
    there.refused.add('seat.drop');
    const id = await start('a');
    await reach(id, 'parked');
    await expect(operations.skipStep(id, 'seat', { ...by, output: 1 })).rejects.toMatchObject({ code: 'SAGA_INPUT_REFUSED' });
    await operations.skipStep(id, 'seat', { ...by, reason: 'dropped by phone' });
    await reach(id, 'compensated');
  });
});
