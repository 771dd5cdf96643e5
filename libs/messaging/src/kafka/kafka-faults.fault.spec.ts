import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { rejectsWith, until } from '@minos/common/testing';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { privateBroker, type PrivateBroker } from '../../../../tools/kafka/private-broker.mjs';
import { HeldLine, withKafka } from '../../../../tools/testing/real-kafka.js';
import type { Broker, BrokerMessage, GroupMember } from '../contracts/broker.js';
import { message, stored, textOf, textsByKey, unique } from '../testing/broker-scene.js';
import { GroupRecord } from '../testing/group-record.js';
import { KafkaBroker } from './kafka-broker.js';

const WITHIN_MS = 90_000;
const KEYS = 7;

/** Publishes numbered messages for each key until it is stopped, again and again until each call resolves; answers them in their order. */
function traffic(broker: Broker, channel: string): () => Promise<BrokerMessage[]> {
  const sent: BrokerMessage[] = [];
  let stopped = false;
  const run = async (): Promise<BrokerMessage[]> => {
    for (let round = 0; !stopped; round++) {
      const messages = Array.from({ length: KEYS }, (_, n) => message(channel, `key-${n}`, String(round)));
      for (let done = false; !done;) {
        done = await broker.publish(messages).then(
          (outcomes) => outcomes.map(stored).length > 0,
          () => false,
        );
      }
      sent.push(...messages);
      await pause(5);
    }
    return sent;
  };
  const running = run();
  return () => {
    stopped = true;
    return running;
  };
}

/** The first appearance of each text of each key: duplicates are allowed, other orders and gaps are not. */
function firsts(messages: readonly BrokerMessage[]): Record<string, string[]> {
  return Object.fromEntries(Object.entries(textsByKey(messages)).map(([key, texts]) => [key, [...new Set(texts)]]));
}

const isSame = (found: unknown, wanted: unknown): boolean => isDeepStrictEqual(found, wanted);

function faultsOf(kafka: () => PrivateBroker): void {
  const open: Broker[] = [];
  const broker = (timeoutMs = 5_000): KafkaBroker => {
    const made = new KafkaBroker({ brokers: kafka().brokers, clientId: 'faults', timeoutMs });
    open.push(made);
    return made;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });

  it('loses nothing and keeps the order of each key while Kafka is killed and started again', async () => {
    const [publisher, first, second] = [broker(), broker(), broker()];
    const channel = unique('killed');
    await publisher.ensureChannels([{ name: channel, partitions: 4 }]);
    const record = new GroupRecord();
    const group = unique(channel);
    const members: GroupMember[] = [];
    for (const [at, member] of [[first, 'a'] as const, [second, 'b'] as const]) {
      members.push(await at.join({ group, member, channels: [channel], sessionTimeoutMs: 3_000, listener: record.listener(member) }));
    }
    await until(() => record.holders().size === 2, 'both to have partitions', WITHIN_MS);
    const stop = traffic(publisher, channel);
    for (let kill = 0; kill < 3; kill++) {
      const before = record.handled.length;
      await until(() => record.handled.length > before + 50, 'messages to flow', WITHIN_MS);
      await kafka().kill('SIGKILL');
      await pause(kill * 2_000);
      await kafka().start();
    }
    const before = record.handled.length;
    await until(() => record.handled.length > before + 50, 'messages to flow again', WITHIN_MS);
    const sent = await stop();
    const expected = firsts(sent);
    await until(() => isSame(firsts(record.handled), expected), 'everything', WITHIN_MS).catch(() => undefined);
    expect(firsts(record.handled)).toEqual(expected);
    await until(() => members.every((member) => member.status().state === 'active'), 'both to be active', WITHIN_MS);
    expect(record.faults()).toEqual([]);
  });

  it('rejects within its time while Kafka is away, and works when it is back', async () => {
    const one = broker(2_000);
    const channel = unique('away');
    await one.ensureChannels([{ name: channel, partitions: 2 }]);
    await kafka().kill('SIGKILL');
    const begun = performance.now();
    const calls = [
      one.publish([message(channel, 'key', '1')]),
      one.publish([message(channel, 'key', '2')]),
      one.describe(channel),
      one.lag('group', [channel]),
      one.ensureChannels([{ name: unique('never') }]),
      one.join({ group: 'group', member: 'm', channels: [channel], listener: new GroupRecord().listener('m') }),
      one.follow({ partition: { channel, partition: 0 }, from: 'end', messages: () => Promise.resolve() }),
    ];
    await Promise.all(calls.map((call) => rejectsWith('BROKER_UNAVAILABLE', call)));
    expect(performance.now() - begun).toBeLessThan(8_000);
    await kafka().start();
    await until(
      () =>
        one.publish([message(channel, 'key', '3')]).then(
          ([outcome]) => stored(outcome) !== undefined,
          () => false,
        ),
      'a publish',
      WITHIN_MS,
    );
  });

  it('rejects within its time while Kafka is frozen, and closes', async () => {
    const one = broker(2_000);
    const channel = unique('frozen');
    await one.ensureChannels([{ name: channel, partitions: 2 }]);
    const record = new GroupRecord();
    const member = await one.join({
      group: channel,
      member: 'm',
      channels: [channel],
      sessionTimeoutMs: 1_500,
      listener: record.listener('m'),
    });
    await one.publish([message(channel, 'key', '1')]);
    await until(() => record.handled.length === 1, 'the message', WITHIN_MS);
    kafka().freeze();
    try {
      const begun = performance.now();
      await Promise.all([
        rejectsWith('BROKER_UNAVAILABLE', one.publish([message(channel, 'key', '2')])),
        rejectsWith('BROKER_UNAVAILABLE', one.describe(channel)),
      ]);
      expect(performance.now() - begun).toBeLessThan(8_000);
      await until(() => record.count('lost') === 2 && member.status().state === 'failed', 'the member to know', WITHIN_MS);
      expect(member.status().silentMs).toBeGreaterThan(1_000);
      const closing = performance.now();
      await one.close();
      expect(performance.now() - closing).toBeLessThan(20_000);
    } finally {
      kafka().thaw();
    }
  });

  it('keeps its partitions while its handler takes longer than the session, and another partition flows', async () => {
    const [one, other] = [broker(), broker()];
    const channel = unique('slow');
    await one.ensureChannels([{ name: channel, partitions: 2 }]);
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const places = (await one.publish(keys.map((key) => message(channel, key, 'first')))).map(stored);
    const slowly = places[0]?.partition;
    const record = new GroupRecord();
    let handled = 0;
    const handle = async ({ partition }: { partition: number }): Promise<void> => {
      if (partition === slowly && handled++ === 0) await pause(6_000);
    };
    const group = unique('slow');
    await one.join({ group, member: 'm', channels: [channel], sessionTimeoutMs: 1_500, listener: record.listener('m', { handle }) });
    await until(() => record.deliveries.some(({ partition }) => partition.partition === slowly), 'the slow delivery', WITHIN_MS);
    const quick = keys[places.findIndex(({ partition }) => partition !== slowly)] ?? '';
    const begun = performance.now();
    await other.publish([message(channel, quick, 'quick')]);
    await until(() => record.handled.some((entry) => textOf(entry) === 'quick'), 'the quick one', WITHIN_MS);
    expect(performance.now() - begun).toBeLessThan(4_000);
    await until(() => record.handled.length === keys.length + 1, 'all', WITHIN_MS);
    expect([record.count('lost'), record.count('revoked'), record.faults()]).toEqual([0, 0, []]);
  });

  it('comes back when its connections are cut again and again', async () => {
    const line = await HeldLine.to(kafka().brokers[0] ?? '');
    const one = new KafkaBroker({ brokers: kafka().brokers, timeoutMs: 5_000, socketFactory: ({ onConnect }) => line.open(onConnect) });
    open.push(one);
    const channel = unique('cut');
    await one.ensureChannels([{ name: channel, partitions: 3 }]);
    const record = new GroupRecord();
    await one.join({ group: channel, member: 'm', channels: [channel], sessionTimeoutMs: 3_000, listener: record.listener('m') });
    const stop = traffic(one, channel);
    for (let cut = 0; cut < 10; cut++) {
      const before = record.handled.length;
      await until(() => record.handled.length > before + 20, 'messages to flow', WITHIN_MS);
      line.cut();
    }
    const sent = await stop();
    await until(() => isSame(firsts(record.handled), firsts(sent)), 'everything', WITHIN_MS).catch(() => undefined);
    expect(firsts(record.handled)).toEqual(firsts(sent));
    expect(record.faults()).toEqual([]);
    await one.close();
    line.close();
  });

  it("does not lose what follows a refused batch, as kafkajs' own producer does", async () => {
    const one = broker();
    const large = 'x'.repeat(2_000_000);
    // The control: a batch of another partition went through in the refused request, and its sequence numbers are used again.
    const control = unique('control');
    await one.ensureChannels([{ name: control, partitions: 2 }]);
    const client = new Kafka({ brokers: kafka().brokers, logLevel: logLevel.NOTHING });
    const producer = client.producer({ idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const batch = [
      { key: 'a', value: large, partition: 0 },
      { key: 'b', value: 'good', partition: 1 },
    ];
    await expect(producer.sendBatch({ topicMessages: [{ topic: control, messages: batch }] })).rejects.toThrow();
    const [answer] = await producer.send({ topic: control, messages: [{ key: 'b', value: 'next', partition: 1 }] });
    await producer.disconnect();
    const held = (await one.describe(control)).partitions[1]?.next;
    expect([answer?.errorCode, held]).toEqual([0, 1n]);

    const channel = unique('refused');
    await one.ensureChannels([{ name: channel, partitions: 2 }]);
    const keys = ['a', 'b', 'c', 'd'];
    const outcomes = await one.publish([
      ...keys.map((key) => message(channel, key, '1')),
      message(channel, 'a', large),
      ...keys.map((key) => message(channel, key, '2')),
    ]);
    // With the one that stands behind it in its key.
    expect(outcomes.filter((outcome) => 'refused' in outcome)).toHaveLength(2);
    (await one.publish(keys.map((key) => message(channel, key, '3')))).map(stored);
    const { partitions } = await one.describe(channel);
    expect(partitions.reduce((sum, { earliest, next }) => sum + Number(next - earliest), 0)).toBe(11);
  });

  it('finds out by itself that Kafka refuses a record, and refuses that one alone', async () => {
    const one = broker();
    const channel = unique('border');
    await one.ensureChannels([{ name: channel, partitions: 1 }]);
    // Between what is refused for certain and what fits for certain.
    const border = message(channel, 'border', 'x'.repeat(1_048_588 - 25));
    const outcomes = await one.publish([message(channel, 'k', '1'), border, message(channel, 'k', '2'), message(channel, 'k', '3')]);
    expect(outcomes.map((outcome) => ('refused' in outcome ? 'refused' : Number(outcome.offset)))).toEqual([0, 'refused', 1, 2]);
    const many = Array.from({ length: 60 }, (_, n) => message(channel, 'k', `${n}`.padEnd(100_000)));
    expect((await one.publish(many)).map((outcome) => Number(stored(outcome).offset))).toEqual(many.map((_, n) => n + 3));
  });
}

withKafka('faults of Apache Kafka', () => {
  describe('KafkaBroker', () => {
    let kafka: PrivateBroker;
    beforeAll(async () => void (kafka = await privateBroker()));
    afterAll(() => kafka?.remove());
    faultsOf(() => kafka);
  });
});
