import assert from 'node:assert/strict';
import { MessageRegistry, uuidv7, type UnitOfWork } from '@minos/common';
import { globalRunner, rejectsWith, VirtualClock, type ContractRunner } from '@minos/common/testing';
import type { OutboxStore } from '../contracts/outbox-store.js';
import { OUTBOX_SLOTS, type OutboxRecord, type OutgoingMessage } from '../contracts/outgoing-message.js';
import type { ScheduleStore } from '../contracts/schedule-store.js';
import { Outbox } from '../outbox/outbox.js';
import { Schedules } from '../schedule/schedules.js';

/** What schedules are made of for {@link scheduleStoreContract}: empty, with the outbox that they fill and a unit of work that commits to both. */
export interface ScheduleStoreUnderTest {
  readonly store: ScheduleStore;
  readonly outbox: Pick<OutboxStore, 'unsent'>;
  readonly unitOfWork: UnitOfWork;
  /** The store's clock. */
  now(): Promise<number>;
  /** Makes everything pending due so much sooner, as if this time had passed. */
  pass(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

const ALL = Array.from({ length: OUTBOX_SLOTS }, (_, slot) => slot);
const HOUR = 3_600_000;

/** What every {@link ScheduleStore} keeps. */
export function scheduleStoreContract(
  name: string,
  create: () => ScheduleStoreUnderTest | Promise<ScheduleStoreUnderTest>,
  runner: ContractRunner = globalRunner(),
): void {
  const { describe, it, beforeEach, afterEach } = runner;
  describe(`${name} as a store of schedules`, () => {
    let harness: ScheduleStoreUnderTest;
    let schedules: Schedules;
    beforeEach(async () => {
      harness = await create();
      schedules = new Schedules({
        service: 'order',
        outbox: new Outbox({ source: 'order', clock: new VirtualClock() }),
        unitOfWork: harness.unitOfWork,
        registry: new MessageRegistry(),
        store: harness.store,
      });
    });
    afterEach(() => harness.close?.());

    const message = (key: string, text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
      ...{ channel: 'stock.commands', key, type: 'stock.release', data: { text }, ...more },
    });
    const left = (): Promise<readonly OutboxRecord[]> => harness.outbox.unsent(ALL, 10_000);
    const texts = async (): Promise<string[]> => (await left()).map(({ body }) => (JSON.parse(body) as { text: string }).text);
    const moveAll = async (limit = 1_000): Promise<number> => {
      for (let moved = 0; ;) {
        const move = await harness.store.moveDue(limit);
        moved += move.moved;
        if (!move.left) return moved;
      }
    };
    const ids = (count: number): string[] => Array.from({ length: count }, () => uuidv7());
    const pending = async (): Promise<number> => (await harness.store.progress()).pending;

    it('keeps a message until it is due, then moves it to the outbox with all that it had', async () => {
      const id = await schedules.schedule(
        message('order "1"\\', 'grün', {
          correlationId: 'c-1',
          causationId: 'x-1',
          traceparent: '00-aa-bb-01',
          tenant: 'acme',
          schemaVersion: 3,
        }),
        { after: '1h' },
      );
      const before = await harness.store.moveDue(10);
      assert.deepEqual([before.moved, before.left, before.slots, await texts()], [0, false, [], []]);
      assert.ok(before.nextInMs !== undefined && before.nextInMs > HOUR - 60_000 && before.nextInMs <= HOUR);
      await harness.pass(HOUR);
      const move = await harness.store.moveDue(10);
      const [record, ...rest] = await left();
      assert.ok(record);
      assert.deepEqual([move.moved, move.left, move.slots, move.nextInMs, rest], [1, false, [record.slot], undefined, []]);
      assert.deepEqual(
        [record.messageId, record.channel, record.key, record.body],
        [id, 'stock.commands', 'order "1"\\', '{"text":"grün"}'],
      );
      const { ce_id, ce_source, ce_correlationid, ce_causationid, ce_traceparent, ce_tenant, ce_schemaversion } = record.headers;
      assert.deepEqual([ce_id, ce_source, ce_correlationid, ce_causationid], [id, 'order', 'c-1', 'x-1']);
      assert.deepEqual([ce_traceparent, ce_tenant, ce_schemaversion], ['00-aa-bb-01', 'acme', '3']);
      assert.deepEqual([await moveAll(), await pending()], [0, 0]);
    });

    it('decides by its own clock, never early', async () => {
      const now = await harness.now();
      await schedules.schedule(message('a', 'past'), { at: new Date(now - 5_000) });
      await schedules.schedule(message('a', 'soon'), { at: new Date(now + HOUR) });
      await schedules.schedule(message('a', 'now'), { after: 0 });
      await harness.pass(1);
      assert.equal(await moveAll(), 2);
      assert.deepEqual(await texts(), ['past', 'now']);
      await harness.pass(HOUR - 60_000);
      assert.equal(await moveAll(), 0);
      await harness.pass(60_000);
      assert.equal(await moveAll(), 1);
    });

    it('schedules with the unit, or not at all', async () => {
      const failing = harness.unitOfWork.run(async () => {
        await schedules.schedule(message('a', 'lost'), { after: 0 });
        throw new Error('changed my mind');
      });
      await assert.rejects(failing, /changed my mind/);
      assert.equal(await pending(), 0);
      await harness.unitOfWork.run(async (unit) => {
        schedules.enlist(unit, message('a', '1'), { after: 0 });
        await unit.flush();
        schedules.enlist(unit, message('a', '2'), { after: 0 });
      });
      assert.equal(await pending(), 2);
    });

    it('moves what is due of a key in the order of due time and id, also in small steps', async () => {
      const [one, two, three, four] = ids(4) as [string, string, string, string];
      const at = new Date((await harness.now()) + HOUR);
      const sooner = new Date(at.getTime() - 1);
      await schedules.schedule(message('a', 'third', { id: three }), { at });
      await schedules.schedule(message('a', 'second', { id: two }), { at });
      await schedules.schedule(message('b', 'other', { id: one }), { at });
      await schedules.schedule(message('a', 'first', { id: four }), { at: sooner });
      await harness.pass(2 * HOUR);
      assert.equal((await harness.store.moveDue(1)).left, true);
      assert.equal(await moveAll(1), 3);
      assert.deepEqual(
        (await texts()).filter((text) => text !== 'other'),
        ['first', 'second', 'third'],
      );
    });

    it('tells when the next one is due', async () => {
      const now = await harness.now();
      await schedules.schedule(message('a', '1'), { at: new Date(now + 2 * HOUR) });
      await schedules.schedule(message('a', '2'), { at: new Date(now + HOUR) });
      const { nextInMs = Number.NaN, now: told } = await harness.store.moveDue(10);
      assert.ok(Math.abs(told + nextInMs - (now + HOUR)) < 5, `${told} + ${nextInMs} is not ${now + HOUR}`);
    });

    it('cancels what is pending, once, and says so', async () => {
      const [kept, gone] = ids(2) as [string, string];
      await schedules.schedule(message('a', 'kept', { id: kept }), { after: 0 });
      await schedules.schedule(message('a', 'gone', { id: gone }), { after: 0 });
      assert.equal(await schedules.cancel(gone.toUpperCase()), true);
      assert.equal(await schedules.cancel(gone), false);
      assert.equal(await schedules.cancel(uuidv7()), false);
      await harness.pass(1);
      assert.equal(await moveAll(), 1);
      assert.equal(await schedules.cancel(kept), false);
      assert.deepEqual(await texts(), ['kept']);
    });

    it('cancels with the unit, or not at all, and tells the unit at once', async () => {
      const [one, two] = ids(2) as [string, string];
      await schedules.schedule(message('a', '1', { id: one }), { after: '1h' });
      await schedules.schedule(message('a', '2', { id: two }), { after: '1h' });
      const failing = harness.unitOfWork.run(async () => {
        assert.equal(await schedules.cancel(one), true);
        throw new Error('changed my mind');
      });
      await assert.rejects(failing, /changed my mind/);
      assert.equal(await pending(), 2);
      const cancelled = await harness.unitOfWork.run((unit) => [one, uuidv7()].map((id) => schedules.enlistCancel(unit, id)));
      assert.deepEqual(
        cancelled.map(({ result }) => result),
        [true, false],
      );
      assert.equal(await pending(), 1);
    });

    it('does in one unit what is done to one id in its order', async () => {
      const id = uuidv7();
      const results = await harness.unitOfWork.run((unit) => {
        schedules.enlist(unit, message('a', 'first', { id }), { after: 0 });
        const first = schedules.enlistCancel(unit, id);
        const second = schedules.enlistCancel(unit, id);
        schedules.enlist(unit, message('a', 'second', { id }), { after: 0 });
        return [first, second];
      });
      assert.deepEqual(
        results.map(({ result }) => result),
        [true, false],
      );
      await harness.pass(1);
      assert.equal(await moveAll(), 1);
      assert.deepEqual(await texts(), ['second']);
    });

    it('puts a pending message off when it is scheduled again with its id', async () => {
      const id = uuidv7();
      await schedules.schedule(message('a', 'first', { id }), { after: 0 });
      await schedules.schedule(message('b', 'second', { id }), { after: '1h' });
      await harness.pass(1_000);
      assert.deepEqual([await moveAll(), await pending()], [0, 1]);
      await harness.pass(HOUR);
      assert.deepEqual([await moveAll(), await texts(), (await left())[0]?.key], [1, ['second'], 'b']);
    });

    it('lets exactly one of a cancel and the move win', async () => {
      const all = ids(200);
      await harness.unitOfWork.run((unit) => all.map((id, n) => schedules.enlist(unit, message(`k${n % 5}`, id, { id }), { after: 0 })));
      await harness.pass(1);
      const [cancelled] = await Promise.all([
        Promise.all(all.map(async (id, n) => (n % 2 === 0 ? ((await schedules.cancel(id)) ? id : undefined) : undefined))),
        moveAll(20),
        moveAll(30),
      ]);
      await moveAll();
      const winners = cancelled.filter((id) => id !== undefined);
      assert.equal(await pending(), 0);
      assert.deepEqual([...winners, ...(await texts())].sort(), [...all].sort());
    });

    it('lists what is pending by name, channel and key, in pages', async () => {
      const all = ids(7);
      const now = await harness.now();
      for (const [n, id] of all.entries()) {
        await schedules.schedule(message('a', `${n}`, { id, type: n % 2 === 0 ? 'even' : 'odd', tenant: 'acme' }), {
          at: new Date(now + HOUR + (n >> 1)),
        });
      }
      const first = await schedules.pending({}, { limit: 4 });
      const last = first.at(-1);
      assert.ok(last);
      const second = await schedules.pending({}, { limit: 4, after: last });
      assert.deepEqual(
        [...first, ...second].map(({ id }) => id),
        all,
      );
      assert.deepEqual(
        (await schedules.pending({ type: 'odd', channel: 'stock.commands', key: 'a' })).map(({ id }) => id),
        [all[1], all[3], all[5]],
      );
      assert.deepEqual([await schedules.pending({ key: 'b' }), await schedules.pending({ channel: 'b' })], [[], []]);
      const { type, channel, key, tenant, dueAt, scheduledAt } = last;
      assert.deepEqual([type, channel, key, tenant, dueAt], ['odd', 'stock.commands', 'a', 'acme', now + HOUR + 1]);
      assert.ok(Math.abs(scheduledAt - now) < 60_000);
    });

    it('says how much waits, and for how long the oldest has been due', async () => {
      assert.deepEqual(await harness.store.progress(), { pending: 0, overdueSeconds: 0 });
      await schedules.schedule(message('a', '1'), { after: '1h' });
      assert.deepEqual(await harness.store.progress(), { pending: 1, overdueSeconds: 0 });
      await harness.pass(HOUR + 90_000);
      const { overdueSeconds } = await harness.store.progress();
      assert.ok(overdueSeconds >= 90 && overdueSeconds < 150, `${overdueSeconds}`);
    });

    it('refuses times and ids that are none before anything is stored', async () => {
      const when = (value: object): Promise<string> => schedules.schedule(message('a', '1'), value as { after: 0 });
      await rejectsWith('SCHEDULE_INVALID', when({}));
      await rejectsWith('SCHEDULE_INVALID', when({ at: new Date(), after: 1 }));
      await rejectsWith('SCHEDULE_INVALID', when({ at: new Date('never') }));
      await rejectsWith('SCHEDULE_INVALID', when({ after: 'soon' }));
      await rejectsWith('SCHEDULE_INVALID', when({ after: -1 }));
      await rejectsWith('SCHEDULE_INVALID', when({ after: '40000d' }));
      await rejectsWith('SCHEDULE_ID_INVALID', schedules.schedule(message('a', '1', { id: '7' }), { after: 0 }));
      await rejectsWith('SCHEDULE_ID_INVALID', schedules.cancel('7'));
      await rejectsWith('OUTBOX_MESSAGE_INVALID', schedules.schedule(message('', '1'), { after: 0 }));
      assert.equal(await pending(), 0);
    });
  });
}
