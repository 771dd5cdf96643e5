import { MemoryCommitter, MemoryLeases, MessageRegistry, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import {
  CronRunner,
  cronMetadataOf,
  MemoryCronStore,
  MemoryOutboxStore,
  MemoryScheduleStore,
  Outbox,
  ScheduleRunner,
  Schedules,
  type CronContext,
} from '@minos/messaging';
import { Carts } from './carts.js';
import { ReleaseStock, Reservations } from './reservations.js';

function service() {
  const clock = new VirtualClock(new Date('2026-01-05T01:59:00Z'));
  const leases = new MemoryLeases(clock);
  const outboxStore = new MemoryOutboxStore(clock, leases);
  const crons = new MemoryCronStore(clock);
  const committer = new MemoryCommitter([leases, outboxStore, crons]);
  const store = new MemoryScheduleStore(clock, outboxStore, committer);
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  const outbox = new Outbox({ source: 'order', clock });
  const registry = new MessageRegistry();
  registry.register(ReleaseStock);
  const runner = new ScheduleRunner({ store, clock });
  const onScheduled = runner.hint.bind(runner);
  const schedules = new Schedules({ service: 'order', outbox, unitOfWork, registry, store, onScheduled });
  const unsent = async (): Promise<number> => (await outboxStore.progress()).unsent;
  return { clock, leases, crons, unitOfWork, outbox, runner, schedules, unsent };
}

describe('the guide to schedules', () => {
  it('releases what is not paid in time', async () => {
    const { clock, runner, schedules, unitOfWork, unsent } = service();
    const reservations = new Reservations(schedules, unitOfWork);
    runner.start();
    const [one, two] = [uuidv7(), uuidv7()];
    await reservations.reserve('order-1', one);
    await reservations.reserve('order-2', two);
    expect(await reservations.paid(one)).toBe(true);
    await clock.advance(15 * 60_000);
    expect(await unsent()).toBe(1);
    expect(await reservations.paid(two)).toBe(false);
    await runner.stop();
  });

  it('fires cron handlers', async () => {
    const { outbox, crons, unsent, ...ports } = service();
    const carts = new Carts(outbox);
    const [expire] = cronMetadataOf(Carts);
    const invoke = (context: CronContext): void => carts.expire(context);
    const runner = new CronRunner({
      ...ports,
      store: crons,
      crons: [{ name: expire?.name ?? '', expression: expire?.expression ?? '', invoke }],
    });
    runner.start();
    await ports.clock.advance(60_000);
    expect(await unsent()).toBe(1);
    expect(cronMetadataOf(Carts).map(({ name }) => name)).toEqual(['order.expire-carts', 'order.daily-report']);
    await runner.stop();
  });
});
