import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { ContractRunner } from '@minos/common/testing';
import type { Broker, BrokerMessage, PartitionLag } from '../contracts/broker.js';
import { gate, message, stored, texts, textsByKey, within, type BrokerScene } from './broker-scene.js';
import type { GroupRecord } from './group-record.js';

const PARTITIONS = 6;
/** The shortest session that every broker grants. */
const SHORT_SESSION_MS = 6_000;

/** Several members, several groups, and how far they are behind. */
export function brokerGroupsContract(scene: () => BrokerScene, runner: ContractRunner): void {
  runner.describe('members of one group', () => sharing(scene, runner));
  runner.describe('members that are not heard', () => lostSessions(scene, runner));
  runner.describe('groups', () => groups(scene, runner));
}

type Scene = () => BrokerScene;

/** Waits until these members, and no others, share all partitions. */
function shared(record: GroupRecord, ...members: string[]): Promise<true> {
  return within<true>(`${members.join(' and ')} to share the partitions`, () => {
    const holders = record.holders();
    const all = [...holders.values()].flat();
    return members.every((member) => holders.has(member)) && holders.size === members.length && all.length === PARTITIONS;
  });
}

/** Publishes one message for each of nine keys, again and again until it is stopped; answers what was stored. */
function traffic(broker: Broker, channel: string): () => Promise<BrokerMessage[]> {
  const sent: BrokerMessage[] = [];
  let stopped = false;
  const run = async (): Promise<BrokerMessage[]> => {
    for (let round = 0; !stopped; round++) {
      const messages = Array.from({ length: 9 }, (_, n) => message(channel, `key-${n}`, String(round)));
      (await broker.publish(messages)).forEach(stored);
      sent.push(...messages);
      await pause(10);
    }
    return sent;
  };
  const running = run();
  running.catch(() => undefined);
  return () => {
    stopped = true;
    return running;
  };
}

function sharing(scene: Scene, { it }: ContractRunner): void {
  it('have each partition one at a time, and hand them over with nothing lost, doubled or out of order', async () => {
    const brokers = [await scene().broker(), await scene().broker(), await scene().broker()] as const;
    const channel = await scene().channel(brokers[0], PARTITIONS);
    const record = scene().record();
    // A revoke that takes a moment shows an assignment that does not wait for it.
    const behaviour = { release: () => pause(100) };
    const join = (broker: Broker, member: string) =>
      scene().join(broker, { record, member, channels: [channel], batchSize: 20, behaviour });
    const stop = traffic(brokers[0], channel);
    await join(brokers[0], 'a');
    await shared(record, 'a');
    await join(brokers[1], 'b');
    await shared(record, 'a', 'b');
    const third = await join(brokers[2], 'c');
    await shared(record, 'a', 'b', 'c');
    await third.leave();
    await shared(record, 'a', 'b');
    await brokers[1].close();
    await shared(record, 'a');
    const sent = await stop();
    await within('all messages', () => record.handled.length >= sent.length);
    if (record.count('lost') === 0) assert.deepEqual(textsByKey(record.handled), textsByKey(sent));
    else for (const [key, got] of Object.entries(textsByKey(record.handled))) assert.ok(got.length >= sent.length / 9, `${key} lacks some`);
  });

  it('work in one process as well as in several', async () => {
    const broker = await scene().broker();
    const channel = await scene().channel(broker, PARTITIONS);
    const record = scene().record();
    const first = await scene().join(broker, { record, member: 'a', channels: [channel] });
    const second = await scene().join(broker, { record, member: 'b', channels: [channel] });
    await shared(record, 'a', 'b');
    await within('both to tell so', () => first.status().assignment.length + second.status().assignment.length === PARTITIONS);
    await first.leave();
    await shared(record, 'b');
  });

  it('wait for a revoke before the next one is assigned the partition', async () => {
    const [broker, other] = [await scene().broker(), await scene().broker()];
    const channel = await scene().channel(broker, PARTITIONS);
    const record = scene().record();
    const door = gate();
    let asked = 0;
    const release = (): Promise<void> => {
      asked++;
      return door.opened;
    };
    await scene().join(broker, { record, member: 'a', channels: [channel], behaviour: { release } });
    await shared(record, 'a');
    await scene().join(other, { record, member: 'b', channels: [channel] });
    await within('a revoke', () => asked > 0);
    await pause(300);
    assert.equal(record.holders().has('b'), false);
    door.open();
    await shared(record, 'a', 'b');
  });
}

function lostSessions(scene: Scene, { it }: ContractRunner): void {
  it('lose their partitions to the others, are told so, and come back', async () => {
    const { freeze } = scene().subject;
    if (freeze === undefined) return;
    const [broker, other] = [await scene().broker(), await scene().broker()];
    const channel = await scene().channel(broker, PARTITIONS);
    const record = scene().record();
    const join = (at: Broker, member: string) =>
      scene().join(at, { record, member, channels: [channel], sessionTimeoutMs: SHORT_SESSION_MS });
    await join(broker, 'a');
    const member = await join(other, 'b');
    await shared(record, 'a', 'b');
    const thaw = await freeze.call(scene().subject, other);
    await within('the other to have all', () => record.holders().get('a')?.length === PARTITIONS);
    await broker.publish(Array.from({ length: 12 }, (_, n) => message(channel, `key-${n}`, 'meanwhile')));
    await within('the messages', () => record.handled.length >= 12);
    await thaw();
    await within('it to be told', () => record.count('lost', 'b') > 0);
    await within('it to be back', () => member.status().state === 'active');
    await shared(record, 'a', 'b');
  });
}

function groups(scene: Scene, { it }: ContractRunner): void {
  it('get every message each, whatever the others do', async () => {
    const broker = await scene().broker();
    const channel = await scene().channel(broker);
    const records = [scene().record(), scene().record()] as const;
    const sent = Array.from({ length: 40 }, (_, n) => message(channel, `key-${n % 6}`, String(n)));
    await broker.publish(sent.slice(0, 20));
    const first = await scene().join(broker, { record: records[0], member: 'a', channels: [channel] });
    await scene().join(broker, { record: records[1], member: 'a', channels: [channel] });
    await within('the first half', () => records.every(({ handled }) => handled.length >= 20));
    await first.leave();
    await broker.publish(sent.slice(20));
    await within('the second half', () => records[1].handled.length >= 40);
    assert.deepEqual(textsByKey(records[1].handled), textsByKey(sent));
    assert.equal(records[0].handled.length, 20);
  });

  it('are behind by what is kept, until they tell their position', async () => {
    const broker = await scene().broker();
    const channel = await scene().channel(broker, 2);
    const record = scene().record();
    const group = scene().groupOf(record);
    const outcomes = (await broker.publish(['1', '2', '3', '4'].map((text) => message(channel, 'key', text)))).map(stored);
    const place = outcomes[0];
    assert.ok(place);
    const lag = async (): Promise<PartitionLag | undefined> =>
      (await broker.lag(group, [channel])).find(({ partition }) => partition === place.partition);
    const untold = await broker.lag(group, [channel]);
    assert.deepEqual(untold.map(({ channel: name, lag }) => [name, lag]).sort(), [
      [channel, 0n],
      [channel, 4n],
    ]);
    assert.equal(untold.find(({ partition }) => partition !== place.partition)?.ageSeconds, 0);
    await within('the age to grow', async () => ((await lag())?.ageSeconds ?? 0) >= 1);
    const member = await scene().join(broker, { record, member: 'a', channels: [channel] });
    await within('the messages', () => texts(record.handled).includes('4'));
    const told = (next: bigint, expected: bigint): Promise<true> =>
      within<true>(`a lag of ${expected}`, async () => {
        member.tell(place, next);
        return (await lag())?.lag === expected;
      });
    await told(outcomes[2]?.offset ?? 0n, 2n);
    assert.ok(((await lag())?.ageSeconds ?? 0) >= 1);
    await told((outcomes[3]?.offset ?? 0n) + 1n, 0n);
    assert.deepEqual(await lag(), { channel, partition: place.partition, lag: 0n, ageSeconds: 0 });
    await member.leave();
    await broker.publish([message(channel, 'key', '5')]);
    assert.equal((await lag())?.lag, 1n);
  });
}
