import { consistencyToken } from '@minos/common';
import { until } from '@minos/common/testing';
import { EventSubscriptions } from '@minos/event-sourcing/module';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp, type TestingAppOptions } from '@minos/nest/testing';
import { createTestDatabase } from '@minos/postgres/testing';
import { Module, type Type } from '@nestjs/common';
import { Counting, counted, gate, Lenient, parcelsIn, rebuiltOf, send, statusOf } from './operations-kit.js';
import { Parcel, ParcelLost, ParcelScanned, ParcelSent, ParcelWeighed, Post } from './projection-kit.js';
import { Projections } from './projections.js';

interface Subject {
  readonly options: TestingAppOptions;
  close(): Promise<void>;
}

async function onPostgres(): Promise<Subject> {
  const database = await createTestDatabase();
  return { options: { storage: 'postgres', database: { url: database.url } }, close: () => database.drop() };
}

/** The service of the tests with these projections. */
function post(...projections: readonly Type[]): Type {
  @Module({
    imports: [
      MinosModule.forRoot({ service: 'post', database: { name: 'post' } }),
      MinosModule.forFeature({ aggregates: [Parcel], messages: [ParcelSent, ParcelWeighed, ParcelLost, ParcelScanned] }),
    ],
    providers: [Post, ...projections],
  })
  class PostModule {}
  return PostModule;
}

describe.each<[string, () => Promise<Subject>]>([
  ['memory', async () => ({ options: {}, close: async () => undefined })],
  ['PostgreSQL', onPostgres],
])('operating a projection in %s', (_, open) => {
  let subject: Subject;
  let app: TestingApp;

  beforeEach(async () => {
    subject = await open();
  });
  afterEach(async () => {
    await app.close();
    await subject.close();
  });

  const start = async (projection: Type): Promise<Projections> => {
    app = await createTestingApp(post(projection), subject.options);
    return app.get<Projections>(Projections);
  };

  it('stands while it is paused, says so, and goes on when it is resumed', async () => {
    const projections = await start(Counting);
    await send(app, 0, 20);
    await counted(app, 20);
    await until(async () => (await projections.check()).status === 'up', 'readiness');
    await projections.pause('counting', { by: 'ann', reason: 'a look at the rows' });
    await send(app, 20, 30);
    expect(await statusOf(app)).toMatchObject({
      state: 'paused',
      stalled: false,
      ready: true,
      paused: { by: 'ann', reason: 'a look at the rows' },
    });
    expect((await projections.check()).details).toMatchObject({ counting: { state: 'paused', lagEvents: expect.any(Number) } });
    expect(await app.get<EventSubscriptions>(EventSubscriptions).check()).toMatchObject({ status: 'up' });
    await expect(
      projections.atLeast('counting', consistencyToken({ service: 'post', stream: 'parcel-p29', version: 1 }), '300ms'),
    ).rejects.toMatchObject({ code: 'NOT_YET_CONSISTENT' });
    expect(await parcelsIn(app)).toBe(20);
    await projections.resume('counting', { by: 'bob' });
    await counted(app, 30);
    expect((await projections.audit('counting')).map(({ action, by }) => `${action} by ${by}`)).toEqual(['resume by bob', 'pause by ann']);
    await expect(projections.pause('none')).rejects.toMatchObject({ code: 'PROJECTION_UNKNOWN' });
  });

  it('is rebuilt from the first event on while the old rows are served, with progress, once at a time', async () => {
    const projections = await start(Counting);
    const counting = app.get<Counting>(Counting);
    await app.get<Post>(Post).send('old', 'Bonn', 1);
    await send(app, 0, 40);
    await counted(app, 40);
    const held = gate();
    counting.factor = 3;
    counting.gate = held.closed;
    // #region rebuild
    const rebuild = await projections.rebuild('counting', { by: 'ann', reason: 'counted wrongly until 1.4' });
    const [status] = await projections.statuses();
    const { done, total, secondsLeft, failure } = status?.rebuild ?? {};
    // #endregion
    expect([rebuild, done, total, secondsLeft, failure]).toEqual([1, 0, expect.any(Number), undefined, undefined]);
    await expect(projections.rebuild('counting')).rejects.toMatchObject({ code: 'PROJECTION_REBUILD_RUNNING', details: { rebuild: 1 } });
    expect((await statusOf(app)).rebuild).toMatchObject({ number: 1, by: 'ann', done: 0, total: expect.any(Number) });
    counting.factor = 1;
    await send(app, 40, 50);
    await counted(app, 50);
    counting.factor = 3;
    held.open();
    await rebuiltOf(app);
    expect([await parcelsIn(app), await parcelsIn(app, 'Bonn'), await app.get<Post>(Post).parcels.count()]).toEqual([150, 3, 51]);
    await send(app, 50, 60);
    await counted(app, 180);
    expect((await projections.audit('counting')).map(({ action, rebuild }) => `${action} ${rebuild}`)).toEqual(['rebuilt 1', 'rebuild 1']);
  });

  it('keeps what is served where a rebuild fails, shows where, and goes on when it is resumed', async () => {
    const projections = await start(Counting);
    const counting = app.get<Counting>(Counting);
    await send(app, 0, 15);
    await send(app, 15, 16, 'Nowhere');
    await until(async () => (await parcelsIn(app, 'Nowhere')) === 1, 'all');
    counting.refused = 'Nowhere';
    await projections.rebuild('counting');
    const failure = await until(async () => (await statusOf(app)).rebuild?.failure, 'the failure');
    expect(failure).toMatchObject({
      stream: 'parcel-p15',
      type: 'parcel.sent',
      attempts: 2,
      error: { message: 'nobody lives in Nowhere' },
    });
    await send(app, 16, 20);
    await counted(app, 19);
    expect(await statusOf(app)).toMatchObject({ stalled: false, ready: true, state: expect.stringMatching(/running|idle/) });
    expect(await app.get<EventSubscriptions>(EventSubscriptions).check()).toMatchObject({ status: 'up' });
    counting.refused = undefined;
    counting.factor = 2;
    await projections.resume('counting');
    await rebuiltOf(app);
    expect([await parcelsIn(app), await parcelsIn(app, 'Nowhere')]).toEqual([23, 2]);
  });

  it('is left as it is where a rebuild is cancelled, and can be rebuilt again', async () => {
    const projections = await start(Counting);
    const counting = app.get<Counting>(Counting);
    await send(app, 0, 20);
    await counted(app, 20);
    const held = gate();
    counting.gate = held.closed;
    counting.factor = 5;
    await projections.rebuild('counting');
    const cancelled = projections.cancelRebuild('counting', { by: 'ann' });
    held.open();
    await cancelled;
    await expect(projections.cancelRebuild('counting')).rejects.toMatchObject({ code: 'PROJECTION_REBUILD_NONE' });
    expect([await parcelsIn(app), (await statusOf(app)).rebuild]).toEqual([20, undefined]);
    expect(await projections.rebuild('counting')).toBe(2);
    await rebuiltOf(app);
    expect(await parcelsIn(app)).toBe(100);
  });

  it('passes events that fail where that is its policy, and keeps a record of each', async () => {
    const projections = await start(Lenient);
    await send(app, 0, 5);
    await send(app, 5, 6, 'Nowhere');
    await send(app, 6, 10);
    await until(async () => (await app.get<Post>(Post).parcels.count()) === 9, 'the others');
    const [skip, ...others] = await projections.skipped('lenient');
    expect(others).toEqual([]);
    expect(skip).toMatchObject({ stream: 'parcel-p5', attempts: 2, error: { code: 'TOWN_UNKNOWN', message: 'nobody lives there' } });
    expect((await statusOf(app)).failure).toBeUndefined();
    await projections.rebuild('lenient');
    await rebuiltOf(app);
    expect([await app.get<Post>(Post).parcels.count(), (await projections.skipped('lenient')).length]).toEqual([9, 1]);
  });
});
