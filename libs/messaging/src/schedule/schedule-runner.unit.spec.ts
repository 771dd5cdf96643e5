import { Command, MessageRegistry } from '@minos/common';
import type { DueMove, ScheduleStore } from '../contracts/schedule-store.js';
import { memorySchedules } from './schedule-kit.js';
import { ScheduleRunner } from './schedule-runner.js';
import { Schedules, type SchedulesOptions } from './schedules.js';

const IDLE: DueMove = { moved: 0, slots: [], left: false, nextInMs: undefined, now: 0 };

class CountingStore implements ScheduleStore {
  moves = 0;
  failing = 0;
  next: () => Promise<DueMove>;

  constructor(private readonly inner: ScheduleStore) {
    this.next = () => inner.moveDue(250);
  }

  moveDue(): Promise<DueMove> {
    this.moves += 1;
    if (this.failing > 0) {
      this.failing -= 1;
      return Promise.reject(new Error('away'));
    }
    return this.next();
  }

  list: ScheduleStore['list'] = (filter, page) => this.inner.list(filter, page);
  progress: ScheduleStore['progress'] = () => this.inner.progress();
}

function setUp() {
  const kit = memorySchedules();
  const store = new CountingStore(kit.store);
  const moved: number[] = [];
  const runner = new ScheduleRunner({ store, clock: kit.clock, onMoved: (slots) => moved.push(...slots) });
  const schedules = (onScheduled?: SchedulesOptions['onScheduled']): Schedules =>
    new Schedules({ service: 'order', ...kit, ...(onScheduled === undefined ? {} : { onScheduled }) });
  const message = (text: string) => ({ channel: 'c', key: 'k', type: 't', data: { text } });
  return { ...kit, store, moved, runner, schedules, message };
}

describe('ScheduleRunner', () => {
  it('moves what it was told of to the millisecond, with one look each', async () => {
    const { clock, runner, schedules, store, message, left, moved } = setUp();
    const mine = schedules((due) => runner.hint(due));
    runner.start();
    await clock.advance(100);
    await mine.schedule(message('1'), { after: 2_000 });
    await mine.schedule(message('2'), { at: new Date(clock.now() + 3_000) });
    const before = store.moves;
    await clock.advance(1_999);
    expect(await left()).toEqual([]);
    await clock.advance(1);
    expect(await left()).toEqual(['1']);
    await clock.advance(1_000);
    expect(await left()).toEqual(['1', '2']);
    expect(store.moves - before).toBeLessThanOrEqual(3);
    expect(moved).toHaveLength(2);
    await runner.stop();
  });

  it('knows the next due time of what others have scheduled, and polls for the rest', async () => {
    const { clock, runner, schedules, message, left } = setUp();
    const others = schedules();
    await others.schedule(message('known'), { after: 3_000 });
    runner.start();
    await clock.advance(2_999);
    expect(await left()).toEqual([]);
    await clock.advance(1);
    expect(await left()).toEqual(['known']);
    await others.schedule(message('unheard of'), { after: 1 });
    await clock.advance(10_000);
    expect(await left()).toEqual(['known', 'unheard of']);
    await runner.stop();
  });

  it('asks at most every 7.5 s where nothing is scheduled', async () => {
    const { clock, runner, store } = setUp();
    runner.start();
    await clock.advance(600_000);
    expect(store.moves).toBeGreaterThanOrEqual(60);
    expect(store.moves).toBeLessThanOrEqual(81);
    await runner.stop();
  });

  it('goes on at once while there is more, and after a pause while it is in use', async () => {
    const { clock, runner, store } = setUp();
    const moves = [
      { ...IDLE, moved: 250, left: true },
      { ...IDLE, left: true },
      { ...IDLE, left: true },
    ];
    store.next = async () => moves.shift() ?? IDLE;
    runner.start();
    await clock.advance(0);
    expect(store.moves).toBe(2);
    await clock.advance(5);
    expect(store.moves).toBeGreaterThanOrEqual(3);
    await clock.advance(20);
    expect(store.moves).toBe(4);
    await runner.stop();
  });

  it('waits for a storage that is away, and says so', async () => {
    const { clock, runner, schedules, store, message, left } = setUp();
    await schedules().schedule(message('1'), { after: 0 });
    store.failing = 5;
    runner.start();
    await clock.advance(10);
    expect(await runner.status()).toMatchObject({ running: true, pending: 1, error: expect.objectContaining({ message: 'away' }) });
    await clock.advance(5_000);
    expect(await left()).toEqual(['1']);
    expect(await runner.status()).toEqual({ running: true, stalled: false, pending: 0, overdueSeconds: 0 });
    await runner.stop();
    await runner.stop();
    expect((await runner.status()).running).toBe(false);
  });

  it('fires after downtime everything that is due, once, in order', async () => {
    const { clock, runner, schedules, message, left } = setUp();
    const mine = schedules();
    for (const n of [3, 1, 2]) await mine.schedule(message(String(n)), { after: n * 1_000 });
    await clock.advance(60_000);
    expect(await runner.status()).toMatchObject({ overdueSeconds: 59, stalled: true });
    runner.start();
    await clock.advance(0);
    expect(await left()).toEqual(['1', '2', '3']);
    await runner.stop();
    runner.start();
    await clock.advance(60_000);
    expect(await left()).toEqual(['1', '2', '3']);
    await runner.stop();
  });

  it('refuses options that are none', () => {
    const { store, clock } = setUp();
    expect(() => new ScheduleRunner({ store, clock }, { batchSize: 0 })).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
  });
});

@Command('stock.release', { owner: 'stock', key: 'orderId' })
class ReleaseStock extends Command {
  constructor(readonly orderId: string) {
    super();
  }
}

describe('Schedules', () => {
  it('schedules commands for the service that owns them, with key and answer as Messages would', async () => {
    const { clock, runner, outboxStore, ...kit } = setUp();
    const registry = new MessageRegistry();
    registry.register(ReleaseStock);
    const schedules = new Schedules({ service: 'order', ...kit, registry });
    const id = await schedules.send(new ReleaseStock('order-1'), { after: '15m' });
    const other = await schedules.send(new ReleaseStock('order-1'), { after: '15m', key: 'mine' });
    expect(await schedules.pending()).toMatchObject([
      { id, type: 'stock.release', channel: 'stock.commands', key: 'order-1' },
      { id: other, key: 'mine' },
    ]);
    expect(await schedules.cancel(other)).toBe(true);
    runner.start();
    await clock.advance(15 * 60_000);
    const [record, ...rest] = await outboxStore.unsent(
      Array.from({ length: 64 }, (_, slot) => slot),
      10,
    );
    expect(rest).toEqual([]);
    expect(record).toMatchObject({
      messageId: id,
      body: '{"orderId":"order-1"}',
      headers: { ce_answerto: 'order.answers', ce_correlationid: id },
    });
    await runner.stop();
  });
});
