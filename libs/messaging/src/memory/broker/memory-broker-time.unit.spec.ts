import { VirtualClock } from '@minos/common/testing';
import type { GroupMember, PartitionRef, StoredMessage } from '../../contracts/broker.js';
import { gate, message, texts, textsByKey } from '../../testing/broker-scene.js';
import { GroupRecord, type MemberBehaviour } from '../../testing/group-record.js';
import { MemoryBroker } from './memory-broker.js';
import { MemoryLog } from './memory-log.js';
import type { MemoryMember } from './memory-member.js';

const CHANNEL = 'orders';
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('MemoryBroker on a virtual clock', () => {
  let clock: VirtualClock;
  let record: GroupRecord;
  let brokers: readonly [MemoryBroker, MemoryBroker];

  beforeEach(async () => {
    clock = new VirtualClock();
    const log = new MemoryLog(clock);
    brokers = [new MemoryBroker({ log }), new MemoryBroker({ log })];
    record = new GroupRecord();
    await brokers[0].ensureChannels([{ name: CHANNEL, partitions: 4, retentionMs: 60_000 }]);
  });
  afterEach(async () => {
    for (const broker of brokers) broker.reconnect();
    const closed = Promise.all(brokers.map((broker) => broker.close()));
    await clock.advance(60_000);
    await closed;
    expect(record.faults()).toEqual([]);
  });

  const join = async (broker: MemoryBroker, member: string, behaviour?: MemberBehaviour): Promise<MemoryMember> => {
    const joined = await broker.join({ group: 'group', member, channels: [CHANNEL], listener: record.listener(member, behaviour) });
    await settled();
    return joined;
  };
  const counts = (): number[] => ['a', 'b'].map((member) => record.holders().get(member)?.length ?? 0);
  const publish = (...list: string[]): Promise<unknown> => brokers[0].publish(list.map((text) => message(CHANNEL, 'key', text)));
  const keyPartition = async (): Promise<PartitionRef> => {
    const [outcome] = await brokers[0].publish([message(CHANNEL, 'key', 'probe')]);
    if (outcome === undefined || 'refused' in outcome) throw new Error('refused');
    return { channel: CHANNEL, partition: outcome.partition };
  };

  it('lets a session lapse after its time without a word, and tells its member when that is back', async () => {
    await join(brokers[0], 'a');
    const member = await join(brokers[1], 'b');
    expect(counts()).toEqual([2, 2]);
    brokers[1].disconnect();
    await clock.advance(9_999);
    expect(counts()).toEqual([2, 2]);
    expect(member.status()).toMatchObject({ state: 'failed', silentMs: 9_999, error: { code: 'BROKER_UNAVAILABLE' } });
    await clock.advance(1);
    // It does not know yet that the other has its partitions.
    expect(counts()).toEqual([4, 2]);
    brokers[1].reconnect();
    await settled();
    expect([counts(), record.count('lost', 'b')]).toEqual([[4, 0], 2]);
    expect(member.status()).toMatchObject({ state: 'failed', assignment: [], silentMs: 0, error: { code: 'BROKER_UNAVAILABLE' } });
    await clock.advance(100);
    expect([counts(), member.status().state]).toEqual([[2, 2], 'active']);
  });

  it('keeps the session of a member that is back in time', async () => {
    await join(brokers[0], 'a');
    await join(brokers[1], 'b');
    for (let round = 0; round < 3; round++) {
      brokers[1].disconnect();
      await clock.advance(9_000);
      brokers[1].reconnect();
      await clock.advance(1);
    }
    expect([counts(), record.count('lost')]).toEqual([[2, 2], 0]);
  });

  it('delivers nothing and answers no call while it is disconnected', async () => {
    await join(brokers[0], 'a');
    brokers[0].disconnect();
    await brokers[1].publish([message(CHANNEL, 'key', 'text')]);
    await clock.advance(1_000);
    expect(record.handled).toEqual([]);
    await expect(publish('x')).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: true });
    await expect(join(brokers[0], 'c')).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    brokers[0].reconnect();
    await settled();
    expect(texts(record.handled)).toEqual(['text']);
  });

  it('can drop one session: the next owner begins while the call of the old one is still running', async () => {
    const door = gate();
    const first = await join(brokers[0], 'a', { handle: () => door.opened });
    await publish('1');
    await settled();
    await join(brokers[1], 'b');
    first.loseSession();
    await settled();
    expect(record.holders().get('b')).toHaveLength(4);
    expect(record.deliveries.map(({ member }) => member)).toEqual(['a', 'b']);
    expect(first.status().assignment).toEqual([]);
    door.open();
    await clock.advance(100);
    expect([counts(), record.count('lost', 'a') > 0, first.status().state]).toEqual([[2, 2], true, 'active']);
  });

  it('does not begin with a partition again before the last call of its earlier assignment has ended', async () => {
    const door = gate();
    const member = await join(brokers[0], 'a', { handle: () => door.opened });
    const partition = await keyPartition();
    await settled();
    member.loseSession();
    await clock.advance(20_000);
    expect(member.status().assignment).toHaveLength(3);
    door.open();
    await clock.advance(100);
    expect(member.status().assignment).toContainEqual(partition);
  });

  it('waits for a listener as long as the grace time, then gives the partition away and calls it lost', async () => {
    const door = gate();
    await join(brokers[0], 'a', { handle: () => door.opened });
    await Promise.all(Array.from({ length: 12 }, (_, n) => brokers[0].publish([message(CHANNEL, `key-${n}`, 'text')])));
    await settled();
    await join(brokers[1], 'b');
    await clock.advance(4_999);
    expect(counts()[1]).toBe(0);
    await clock.advance(1);
    expect(counts()[1]).toBe(2);
    door.open();
    await settled();
    expect(record.count('lost', 'a')).toBe(2);
  });

  it('delivers a rejected batch again after the pause, no sooner', async () => {
    let failing = true;
    const handle = (): void => {
      if (failing) throw new Error('not now');
    };
    await join(brokers[0], 'a', { handle });
    await publish('1', '2');
    await clock.advance(99);
    expect(record.deliveries).toHaveLength(1);
    failing = false;
    await publish('3');
    await clock.advance(1);
    expect(record.deliveries.map(({ messages }) => texts(messages))).toEqual([['1', '2'], ['1', '2'], ['3']]);
  });

  it('resumes with a new assignment what was paused in the last one', async () => {
    const member = await join(brokers[0], 'a');
    member.pause(await keyPartition());
    await publish('1');
    await settled();
    expect(texts(record.handled)).toEqual(['probe']);
    member.loseSession();
    await clock.advance(100);
    expect(texts(record.handled)).toEqual(['probe', '1']);
  });

  it('drops what was kept too long: offsets stay, lag counts what is kept', async () => {
    const partition = await keyPartition();
    await publish('old');
    await clock.advance(40_000);
    await publish('new');
    const lag = async () => (await brokers[0].lag('group', [CHANNEL])).find((entry) => entry.partition === partition.partition);
    expect(await lag()).toMatchObject({ lag: 3n, ageSeconds: 40 });
    await clock.advance(20_001);
    expect(await lag()).toMatchObject({ lag: 1n, ageSeconds: 20.001 });
    const { partitions } = await brokers[0].describe(CHANNEL);
    expect(partitions[partition.partition]).toMatchObject({ earliest: 2n, next: 3n });
    await join(brokers[0], 'a', { start: () => 0n });
    expect(record.handled).toMatchObject([{ offset: 2n, appendedAt: clock.now() - 20_001 }]);
    await clock.advance(60_000);
    expect((await brokers[0].describe(CHANNEL)).partitions[partition.partition]).toMatchObject({ earliest: 3n, next: 3n });
  });

  it('gives each reader messages of its own', async () => {
    const got: StoredMessage[] = [];
    const body = Buffer.from('text');
    await brokers[0].publish([{ channel: CHANNEL, key: 'key', headers: { a: '1' }, body }]);
    body.fill(0);
    const spoil = (_: PartitionRef, messages: readonly StoredMessage[]): void => messages.forEach((entry) => entry.body.fill(0));
    await join(brokers[0], 'a', { handle: spoil });
    const partition = await keyPartition();
    await brokers[0].follow({ partition, from: 'beginning', messages: async (messages) => void got.push(...messages) });
    await settled();
    expect(textsByKey(got)).toEqual({ key: ['text', 'probe'] });
  });
});

describe('MemoryBroker', () => {
  it('has a crash point before and behind each call, and keeps the order of calls that wait there', async () => {
    const reached: string[] = [];
    const door = gate();
    const reach = (point: string): Promise<void> | void => {
      reached.push(point);
      if (point === 'messaging.publish.before' && reached.filter((one) => one === point).length === 1) return door.opened;
    };
    const broker = new MemoryBroker({ crashPoints: { reach } });
    await broker.ensureChannels([{ name: 'c', partitions: 1 }]);
    const publishing = ['1', '2'].map((text) => broker.publish([message('c', 'key', text)]));
    door.open();
    expect(await Promise.all(publishing)).toMatchObject([[{ offset: 0n }], [{ offset: 1n }]]);
    const messages = (): Promise<void> => Promise.resolve();
    await broker.join({ group: 'g', member: 'm', channels: ['c'], listener: new GroupRecord().listener('m') });
    await broker.follow({ partition: { channel: 'c', partition: 0 }, from: 'end', messages });
    await broker.describe('c');
    await broker.lag('g', ['c']);
    await broker.close();
    const calls = ['ensure-channels', 'publish', 'join', 'follow', 'describe', 'lag'];
    expect([...new Set(reached)].sort()).toEqual(calls.flatMap((call) => [`messaging.${call}.after`, `messaging.${call}.before`]).sort());
  });

  it('leaves no member behind where join rejects', async () => {
    const log = new MemoryLog();
    const failing = new MemoryBroker({ log, crashPoints: { reach: (point) => fail(point === 'messaging.join.after') } });
    const broker = new MemoryBroker({ log });
    await broker.ensureChannels([{ name: 'c', partitions: 2 }]);
    const record = new GroupRecord();
    const join = (at: MemoryBroker, member: string): Promise<GroupMember> =>
      at.join({ group: 'g', member, channels: ['c'], listener: record.listener(member) });
    await expect(join(failing, 'a')).rejects.toThrow('crash');
    await join(broker, 'b');
    await settled();
    expect([...record.holders()]).toEqual([['b', ['c/0', 'c/1']]]);
    await broker.close();
  });

  it('refuses options, channels and groups that make no sense', async () => {
    expect(() => new MemoryBroker({ retryMs: 0 })).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
    const broker = new MemoryBroker();
    const invalid = { code: 'OPTIONS_INVALID' };
    await expect(broker.ensureChannels([{ name: 'c', partitions: 0 }])).rejects.toMatchObject(invalid);
    await expect(broker.ensureChannels([{ name: 'c', retentionMs: -1 }])).rejects.toMatchObject(invalid);
    await expect(broker.join({ group: '', member: 'm', channels: [], listener: new GroupRecord().listener('m') })).rejects.toMatchObject(
      invalid,
    );
    await expect(
      broker.ensureChannels([
        { name: 'c', partitions: 1 },
        { name: 'c', partitions: 2 },
      ]),
    ).rejects.toMatchObject({ code: 'CHANNEL_PARTITIONS_CHANGED' });
    await expect(broker.describe('c')).rejects.toMatchObject({ code: 'CHANNEL_UNKNOWN' });
  });
});

function fail(now: boolean): void {
  if (now) throw new Error('crash');
}
