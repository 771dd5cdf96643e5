import { type HealthProbeResult, isMetricSource } from '@minos/common';
import type { OutboxProgress } from '../contracts/outbox-store.js';
import type { GroupListener, GroupOptions } from '../contracts/broker.js';
import { openWorld, type ConsumerWorld } from '../consumer/consumer-kit.js';
import { BrokerUnavailableError } from '../errors/broker.errors.js';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import type { RelayProgress } from '../relay/outbox-relay.js';
import { ConsumersProbe } from './consumers.probe.js';
import { MessagingStatistics } from './messaging-statistics.js';
import { MessagingWatch } from './messaging-watch.js';
import type { MessagingHealthOptions, MessagingWatchPorts, WatchedConsumer } from './messaging-watch.options.js';
import type { RequestsStatus } from '../request/requests.js';
import type { ScheduleRunnerStatus } from '../schedule/schedule-runner.js';
import { RelayProbe } from './relay.probe.js';
import { RequestsProbe } from './requests.probe.js';
import { SchedulesProbe } from './schedules.probe.js';

const NOTHING: OutboxProgress = { unsent: 0, oldestSeconds: 0, refusedKeys: 0 };
const MOVING: RelayProgress = { ...NOTHING, running: true, heldGroups: [0], unmovedSeconds: 0, stalled: false, missingChannels: [] };

/** Delivers nothing from some moment on, and neither fails nor closes: a loop that hangs. */
class HangingBroker extends MemoryBroker {
  hangs = false;
  override join(options: GroupOptions) {
    const listener: GroupListener = {
      assigned: (partition) => options.listener.assigned(partition),
      revoked: (partition, how) => options.listener.revoked(partition, how),
      messages: (partition, messages) => (this.hangs ? new Promise(() => undefined) : options.listener.messages(partition, messages)),
    };
    return super.join({ ...options, listener });
  }
}

const IN_TIME: ScheduleRunnerStatus = { pending: 3, overdueSeconds: 0, running: true, stalled: false };
const ASKING: RequestsStatus = { running: true, partition: 1, leftPartitions: 0, outstanding: 2, oldestMs: 1_200, late: 0, refused: 0 };

describe('health of messaging', () => {
  let world: ConsumerWorld;
  const watches: MessagingWatch[] = [];
  beforeEach(async () => {
    world = await openWorld(2);
  });
  afterEach(async () => {
    const stopped = Promise.all(watches.splice(0).map((watch) => watch.stop()));
    await world.clock.advance(0);
    await stopped;
    await world.close();
  });

  const watch = (consumers: readonly WatchedConsumer[], options: MessagingHealthOptions = {}, more: Partial<MessagingWatchPorts> = {}) => {
    const made = new MessagingWatch({ broker: world.broker, clock: world.clock, consumers: () => consumers, ...more }, options);
    watches.push(made);
    made.start();
    return { watch: made, probe: new ConsumersProbe(made), relay: new RelayProbe(made), statistics: new MessagingStatistics(made) };
  };
  const faults = ({ details }: HealthProbeResult): readonly string[] =>
    (details?.['stock'] as { faults?: readonly string[] } | undefined)?.faults ?? [];
  /** The virtual seconds after which the probe is down. */
  const secondsUntilDown = async (probe: { check(): HealthProbeResult }, most = 120): Promise<number> => {
    for (let passed = 0; passed <= most; passed += 1) {
      if (probe.check().status === 'down') return passed;
      for (let step = 0; step < 10; step += 1) await world.clock.advance(100);
    }
    throw new Error(`The probe was not down within ${most} virtual seconds.`);
  };
  const pass = async (seconds: number): Promise<void> => {
    for (let step = 0; step < seconds * 10; step += 1) await world.clock.advance(100);
  };
  const own = (): MemoryBroker => new MemoryBroker({ log: world.log });
  const active = async (consumer: WatchedConsumer): Promise<void> =>
    world.until(() => consumer.status().member?.state === 'active' && consumer.status().partitions.length === 2, 'the member to be active');

  it('is up while work is done, and while there is none for a long time', async () => {
    const consumer = world.consumer({ 'order.placed': () => undefined });
    const { probe } = watch([consumer]);
    await active(consumer);
    for (let n = 0; n < 20; n += 1) {
      await world.publish({ key: `k${n}` });
      await pass(1);
      expect(probe.check().status).toBe('up');
    }
    await pass(120);
    const { status, details } = probe.check();
    expect({ status, details }).toEqual({
      status: 'up',
      details: { stock: { state: 'active', partitions: 2, inHand: 0, lagSeconds: 0, parkedMessages: 0 } },
    });
  });

  it('is down within 15 s where the socket of a consumer is gone without a word and work waits', async () => {
    const cut = own();
    const consumer = world.consumer({ 'order.placed': () => undefined }, {}, cut);
    const { probe } = watch([consumer]);
    await active(consumer);
    await pass(7);
    cut.disconnect();
    await world.publish({ key: 'a' });
    expect(await secondsUntilDown(probe)).toBeLessThanOrEqual(15);
    expect(faults(probe.check())[0]).toMatch(/failed|heard nothing/);
    cut.reconnect();
    await world.until(() => consumer.status().counts.handled === 1, 'the message to be handled');
    await pass(1);
    expect(probe.check().status).toBe('up');
  });

  it('is down within 15 s where the loop of a consumer hangs and work waits', async () => {
    const hanging = new HangingBroker({ log: world.log });
    const consumer = world.consumer({ 'order.placed': () => undefined }, {}, hanging);
    const { probe, statistics } = watch([consumer]);
    await active(consumer);
    hanging.hangs = true;
    await pass(43);
    expect(probe.check().status).toBe('up');
    await world.publish({ key: 'a' });
    expect(await secondsUntilDown(probe)).toBeLessThanOrEqual(15);
    expect(consumer.status().member?.state).toBe('active');
    expect(faults(probe.check())).toEqual([expect.stringMatching(/messages have waited in partition \d of orders.events for \d+ s/)]);
    expect(statistics.read('minos_consumer_lag_messages')).toEqual([{ labels: { consumer: 'stock' }, value: 1 }]);
    expect(statistics.read('minos_consumer_lag_age_seconds')[0]?.value).toBeGreaterThan(5);
  });

  it('is down within 15 s where a handler hangs, unless it has said that it takes long', async () => {
    let release: () => void = () => undefined;
    const hang = (): Promise<void> => new Promise((resolve) => (release = resolve));
    const consumer = world.consumer({ 'order.placed': hang });
    const { probe } = watch([consumer]);
    await active(consumer);
    await world.publish({ key: 'a' });
    expect(await secondsUntilDown(probe)).toBeLessThanOrEqual(15);
    expect(faults(probe.check())).toEqual([expect.stringContaining('1 messages in hand and has not moved for 10 s')]);
    release();
    await world.until(() => consumer.status().counts.handled === 1, 'the message to be handled');
    expect(probe.check().status).toBe('up');
  });

  it('waits for a handler as long as it has said', async () => {
    const consumer = world.consumer({ 'order.placed': { deadlineMs: 60_000, handle: () => new Promise<void>(() => undefined) } });
    const { probe } = watch([consumer]);
    await active(consumer);
    await world.publish({ key: 'a' });
    await pass(50);
    expect(probe.check().status).toBe('up');
  });

  it('is up while a message is tried again, however long', async () => {
    const retry = { attempts: 60, first: '5s', longest: '5s', budget: '5m' } as const;
    const consumer = world.consumer({ 'order.placed': () => Promise.reject(new Error('no')) }, { retry });
    const { probe } = watch([consumer]);
    await active(consumer);
    await world.publish({ key: 'a' });
    await pass(60);
    expect([probe.check().status, consumer.status().partitions.some(({ inHand }) => inHand === 1)]).toEqual(['up', true]);
  });

  it('does not believe a position that was told and lost', async () => {
    const deaf = own();
    const join = deaf.join.bind(deaf);
    deaf.join = async (options) => Object.assign(await join(options), { tell: () => undefined });
    const consumer = world.consumer({ 'order.placed': () => undefined }, {}, deaf);
    const { probe, statistics } = watch([consumer]);
    await active(consumer);
    await world.publish({ key: 'a' });
    await pass(60);
    expect(statistics.read('minos_consumer_lag_messages')[0]?.value).toBe(1);
    expect(probe.check().status).toBe('up');
  });

  it('is down where no more may be parked', async () => {
    const consumer = world.consumer(
      { 'order.placed': () => Promise.reject(new Error('no')) },
      { retry: { attempts: 1 }, parking: { perKey: 1 } },
    );
    const { probe, statistics } = watch([consumer]);
    await active(consumer);
    await world.publish({ key: 'a' }, { key: 'a' });
    expect(await secondsUntilDown(probe)).toBeLessThanOrEqual(2);
    expect(faults(probe.check())).toEqual([expect.stringContaining('cannot park a message of the key "a"')]);
    expect(statistics.read('minos_consumer_halted_partitions')).toEqual([{ labels: { consumer: 'stock' }, value: 1 }]);
    expect(statistics.read('minos_consumer_parked_total')).toEqual([{ labels: { consumer: 'stock' }, value: 1 }]);
  });

  it('leaves the service ready while the broker is away, unless it is told not to, and gives time to come back', async () => {
    const consumer = world.consumer({ 'order.placed': () => undefined });
    const { probe, statistics } = watch([consumer]);
    const strict = watch([consumer], { brokerAway: 'not-ready' }).probe;
    await active(consumer);
    world.broker.disconnect();
    await pass(60);
    expect([probe.check().status, strict.check().status]).toEqual(['up', 'down']);
    expect(faults(probe.check())).toEqual([expect.stringMatching(/failed|heard nothing|does not answer/)]);
    expect(statistics.read('minos_consumer_broker_reachable')[0]?.value).toBe(0);
    world.broker.reconnect();
    await world.publish({ key: 'a' });
    for (let n = 0; n < 30; n += 1) {
      await pass(1);
      expect(probe.check().status).toBe('up');
    }
    expect([strict.check().status, consumer.status().counts.handled]).toEqual(['up', 1]);
  });

  it('is down where a consumer is stopped', async () => {
    const consumer = world.consumer({ 'order.placed': () => undefined });
    const { probe } = watch([consumer]);
    await active(consumer);
    const stopped = consumer.stop();
    await pass(12);
    await stopped;
    expect(faults(probe.check())).toEqual(['it is stopped']);
  });

  describe('of the relay', () => {
    const relayOf = (progress: () => RelayProgress | Promise<RelayProgress>, options: MessagingHealthOptions = {}) =>
      watch([], options, { relay: { progress: async () => progress() } });

    it('is up while messages leave, old ones too', async () => {
      const { relay, statistics } = relayOf(() => ({ ...MOVING, unsent: 5, oldestSeconds: 900.4, missingChannels: ['later.events'] }));
      await pass(60);
      expect(relay.check()).toEqual({
        status: 'up',
        details: { unsent: 5, oldestSeconds: 900, refusedKeys: 0, groups: 1, missingChannels: ['later.events'] },
      });
      expect(statistics.read('minos_outbox_oldest_age_seconds')).toEqual([{ labels: {}, value: 900.4 }]);
    });

    it('is down where a group stalls or the relay is stopped', async () => {
      let progress: RelayProgress = { ...MOVING, stalled: true, unmovedSeconds: 31, error: new TypeError('a secret') };
      const { relay } = relayOf(() => progress);
      await pass(1);
      expect(relay.check()).toMatchObject({ status: 'down', details: { fault: 'messages wait, and none has left for 31 s (TypeError)' } });
      progress = { ...MOVING, running: false };
      await pass(6);
      expect(relay.check()).toMatchObject({ status: 'down', details: { fault: 'it is stopped' } });
      progress = MOVING;
      await pass(6);
      expect(relay.check().status).toBe('up');
    });

    it('is up while the broker is away, unless it is told otherwise', async () => {
      const away = (): RelayProgress => ({ ...MOVING, stalled: true, unmovedSeconds: 60, error: new BrokerUnavailableError('gone') });
      const probes = [relayOf(away).relay, relayOf(away, { brokerAway: 'not-ready' }).relay];
      await pass(60);
      expect(probes.map((probe) => probe.check().status)).toEqual(['up', 'down']);
    });

    it('is down where the outbox does not answer for long, and says nothing old', async () => {
      let hangs = false;
      const { relay, statistics } = relayOf(() => (hangs ? new Promise<RelayProgress>(() => undefined) : MOVING));
      await pass(1);
      hangs = true;
      await pass(9);
      expect(relay.check().status).toBe('up');
      expect(await secondsUntilDown(relay)).toBeLessThanOrEqual(15);
      expect(statistics.read('minos_outbox_unsent_messages')).toEqual([]);
      const never = relayOf(() => Promise.reject(new Error('no database')));
      await pass(1);
      expect(await secondsUntilDown(never.relay)).toBeLessThanOrEqual(15);
    });
  });

  describe('of schedules', () => {
    const schedulesOf = (status: () => ScheduleRunnerStatus | Promise<ScheduleRunnerStatus>): SchedulesProbe =>
      new SchedulesProbe(watch([], {}, { schedules: { status: async () => status() } }).watch);

    it('is up while what is due leaves, and down while something is due for long, or the runner is stopped', async () => {
      let status = IN_TIME;
      const probe = schedulesOf(() => status);
      await pass(6);
      expect(probe.check()).toEqual({ status: 'up', details: { pending: 3, overdueSeconds: 0 } });
      status = { ...IN_TIME, overdueSeconds: 61, stalled: true };
      await pass(6);
      expect(probe.check()).toMatchObject({ status: 'down', details: { fault: 'a message has been due for 61 s' } });
      status = { ...IN_TIME, running: false };
      await pass(6);
      expect(probe.check()).toMatchObject({ status: 'down', details: { fault: 'it is stopped' } });
    });

    it('is down where the storage does not answer for long', async () => {
      const probe = schedulesOf(() => Promise.reject(new Error('no database')));
      await pass(1);
      expect(probe.check().status).toBe('up');
      expect(await secondsUntilDown(probe)).toBeLessThanOrEqual(15);
    });
  });

  describe('of requests', () => {
    it('is down where an instance that asks has had no place for replies for long, and up again when it has one', async () => {
      let status: RequestsStatus = { ...ASKING, running: false };
      const probe = new RequestsProbe(watch([], {}, { requests: { status: () => status } }).watch);
      await pass(60);
      expect(probe.check().status).toBe('up');
      const { partition: _, ...placeless } = ASKING;
      status = { ...placeless, error: new Error('no lease') };
      await pass(8);
      expect(probe.check().status).toBe('up');
      expect(await secondsUntilDown(probe)).toBeLessThanOrEqual(4);
      expect(probe.check()).toMatchObject({
        details: { outstanding: 2, fault: expect.stringContaining('no place for replies') as unknown },
      });
      status = { ...placeless, error: new BrokerUnavailableError('gone') };
      expect(probe.check().status).toBe('up');
      status = ASKING;
      await pass(2);
      expect(probe.check()).toEqual({ status: 'up', details: { outstanding: 2, oldestSeconds: 1 } });
    });
  });

  it('has fixed names, each with its samples', async () => {
    const consumer = world.consumer({ 'order.placed': () => undefined });
    const { watch: made } = watch(
      [consumer],
      {},
      { relay: { progress: async () => MOVING }, schedules: { status: async () => IN_TIME }, requests: { status: () => ASKING } },
    );
    const statistics = new MessagingStatistics(made, { status: () => ({ running: true, deleted: 7 }) });
    await active(consumer);
    await pass(6);
    for (const { name, labels } of statistics.definitions) {
      const samples = statistics.read(name);
      expect({ name, samples: samples.length }).toEqual({ name, samples: 1 });
      expect(Object.keys(samples[0]?.labels ?? {})).toEqual(labels);
      expect(name).toMatch(/^minos_[a-z_]+$/);
    }
    expect(statistics.read('minos_inbox_purged_total')).toEqual([{ labels: {}, value: 7 }]);
    expect(statistics.read('constructor')).toEqual([]);
    expect(isMetricSource(MessagingStatistics)).toBe(true);
  });
});
