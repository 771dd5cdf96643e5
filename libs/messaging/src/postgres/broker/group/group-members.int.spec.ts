import { randomUUID } from 'node:crypto';
import { SystemClock } from '@minos/common';
import { until } from '@minos/common/testing';
import { Database, migrate } from '@minos/postgres';
import { cuttingProxy } from '@minos/postgres/testing';
import { scratchServer } from '../../../../../../tools/testing/scratch-server.js';
import type { Broker, BrokerMessage, GroupMember, PartitionRef, StoredMessage } from '../../../contracts/broker.js';
import { testingLog, type TestingLog } from '../broker-log-kit.js';
import { BROKER_MIGRATIONS } from '../migrations/index.js';
import { PostgresBroker } from '../postgres-broker.js';

const message = (channel: string, key: string, text: string): BrokerMessage => ({ channel, key, headers: {}, body: Buffer.from(text) });
const nameOf = ({ channel, partition }: PartitionRef): string => `${channel}/${partition}`;
const WITHIN_MS = 60_000;

/** What the listeners of one group were told, in order, and its positions. */
class Told {
  readonly events: string[] = [];
  readonly messages: StoredMessage[] = [];
  private readonly positions = new Map<string, bigint>();

  listener(member: string) {
    return {
      assigned: async (partition: PartitionRef) => {
        this.events.push(`${member} assigned ${nameOf(partition)}`);
        return this.positions.get(nameOf(partition)) ?? ('beginning' as const);
      },
      revoked: async (partition: PartitionRef, how: string) => void this.events.push(`${member} ${how} ${nameOf(partition)}`),
      messages: async (partition: PartitionRef, batch: readonly StoredMessage[]) => {
        this.positions.set(nameOf(partition), (batch.at(-1)?.offset ?? 0n) + 1n);
        this.messages.push(...batch);
      },
    };
  }

  join(broker: Broker, member: string, channels: readonly string[], sessionTimeoutMs = 60_000): Promise<GroupMember> {
    return broker.join({ group: `group of ${channels[0]}`, member, channels, sessionTimeoutMs, listener: this.listener(member) });
  }

  textsByKey(): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    for (const { key, body } of this.messages) (found[key] ??= []).push(Buffer.from(body).toString());
    return found;
  }
}

const counts = (members: readonly GroupMember[]): number[] => members.map((member) => member.status().assignment.length);
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

describe('members of a group of PostgresBroker', () => {
  let log: TestingLog;
  beforeAll(async () => {
    log = await testingLog();
  });
  afterAll(() => log.close());

  async function channel(broker: Broker, partitions: number): Promise<string> {
    const name = `group-${randomUUID()}`;
    await broker.ensureChannels([{ name, partitions }]);
    return name;
  }

  it('have two or three each where five share twelve, and move no more than they must', async () => {
    const broker = log.broker();
    const name = await channel(broker, 12);
    const told = new Told();
    const members: GroupMember[] = [];
    for (const [index, expected] of [[12], [6, 6], [4, 4, 4], [3, 3, 3, 3], [2, 2, 2, 3, 3]].entries()) {
      members.push(await told.join(broker, `m${index}`, [name]));
      await until(() => JSON.stringify(counts(members).sort()) === JSON.stringify(expected), `shares of ${expected.join()}`, WITHIN_MS);
    }
    expect(told.events.filter((event) => event.includes('lost'))).toEqual([]);
    // 6 to the second, 4 to the third, 3 to the fourth, 2 to the fifth.
    expect(told.events.filter((event) => event.includes('revoked'))).toHaveLength(15);
    await Promise.all(members.slice(0, 3).map((member) => member.leave()));
    await until(() => JSON.stringify(counts(members.slice(3)).sort()) === '[6,6]', 'shares of 6', WITHIN_MS);
  });

  it('cover all channels where they do not read the same ones', async () => {
    const broker = log.broker();
    const [both, one, other] = [await channel(broker, 5), await channel(broker, 4), await channel(broker, 3)];
    const told = new Told();
    const group = { group: both, sessionTimeoutMs: 60_000 };
    const members = [
      await broker.join({ ...group, member: 'a', channels: [both, one], listener: told.listener('a') }),
      await broker.join({ ...group, member: 'b', channels: [both, other], listener: told.listener('b') }),
      await broker.join({ ...group, member: 'c', channels: [both], listener: told.listener('c') }),
    ];
    await until(() => sum(counts(members)) === 12 && Math.min(...counts(members)) > 0, 'all partitions', WITHIN_MS);
    const held = members.map((member) => new Set(member.status().assignment.map((partition) => partition.channel)));
    expect([held[1]?.has(one), held[2]?.has(one), held[0]?.has(other)]).toEqual([false, false, false]);
  });

  it('get everything once and in order while their connections are cut again and again', async () => {
    const proxy = await cuttingProxy(log.url);
    const [broker, reader] = [log.broker(), log.broker({ url: proxy.url })];
    const name = await channel(broker, 4);
    const told = new Told();
    const members = [await told.join(reader, 'a', [name]), await told.join(reader, 'b', [name])];
    const expected: Record<string, string[]> = {};
    for (let round = 0; round < 30; round++) {
      const messages = Array.from({ length: 20 }, (_, n) => message(name, `key-${n % 7}`, `${round}/${n}`));
      for (const { key, body } of messages) (expected[key] ??= []).push(Buffer.from(body).toString());
      await broker.publish(messages);
      if (round % 3 === 0) proxy.cutAll();
    }
    await until(() => told.messages.length >= 600, 'all messages', WITHIN_MS);
    expect(told.textsByKey()).toEqual(expected);
    expect(told.events.filter((event) => event.includes('lost'))).toEqual([]);
    await until(() => members.every((member) => member.status().state === 'active'), 'both to be well', WITHIN_MS);
    await reader.close();
    await proxy.close();
  });

  it('know that they have lost their partitions before others are given them', async () => {
    const proxy = await cuttingProxy(log.url);
    const [broker, away] = [log.broker(), log.broker({ url: proxy.url })];
    const name = await channel(broker, 6);
    const told = new Told();
    const first = await told.join(broker, 'here', [name]);
    const second = await told.join(away, 'away', [name], 2_000);
    await until(() => counts([first, second]).join() === '3,3', 'three each', WITHIN_MS);
    const before = told.events.length;
    await proxy.close();
    await until(() => counts([first, second]).join() === '6,0', 'the other to have all', WITHIN_MS);
    const events = told.events.slice(before);
    expect(events.slice(0, 3).every((event) => event.startsWith('away lost'))).toBe(true);
    expect(events.slice(3, 6).every((event) => event.startsWith('here assigned'))).toBe(true);
    expect(second.status()).toMatchObject({ state: 'failed', assignment: [], error: { code: 'BROKER_UNAVAILABLE' } });
    await away.close();
    expect(second.status().state).toBe('left');
  });

  it('takes up at once what a process of the same name left behind', async () => {
    const [broker, other] = [log.broker(), log.broker()];
    const name = await channel(broker, 3);
    const told = new Told();
    await told.join(broker, 'pod-0', [name], 600_000);
    await until(() => told.events.length === 3, 'the first', WITHIN_MS);
    const again = await told.join(other, 'pod-0', [name], 600_000);
    await until(() => again.status().assignment.length === 3, 'the second', WITHIN_MS);
  });

  it('gives a partition back when the grace is over, whatever its listener does', async () => {
    const broker = log.broker();
    const name = await channel(broker, 2);
    const told = new Told();
    const stuck = { ...told.listener('stuck'), revoked: () => new Promise<void>(() => undefined) };
    const first = await broker.join({ group: `group of ${name}`, member: 'stuck', channels: [name], listener: stuck, revokeGraceMs: 50 });
    await until(() => first.status().assignment.length === 2, 'both', WITHIN_MS);
    const second = await told.join(broker, 'second', [name]);
    await until(() => second.status().assignment.length === 1, 'its share', WITHIN_MS);
    await first.leave();
    await until(() => second.status().assignment.length === 2, 'both', WITHIN_MS);
  });
});

describe('PostgresBroker over a restart of its server', () => {
  it('refuses to publish while it is away, and delivers when it is back', async () => {
    const server = await scratchServer();
    const database = new Database({ connectionString: server.url });
    await migrate(database, [BROKER_MIGRATIONS]);
    const broker = new PostgresBroker({ database, clock: new SystemClock(), connectionString: server.url });
    try {
      await broker.ensureChannels([{ name: 'c', partitions: 3 }]);
      const told = new Told();
      const member = await told.join(broker, 'm', ['c'], 2_000);
      const followed: string[] = [];
      const follower = await broker.follow({
        partition: { channel: 'c', partition: 0 },
        from: 'beginning',
        messages: async (batch) => void followed.push(...batch.map(({ key }) => key)),
      });
      const keys = Array.from({ length: 12 }, (_, n) => `key-${n}`);
      await broker.publish(keys.map((key) => message('c', key, 'before')));
      await until(() => told.messages.length === 12, 'the first messages', WITHIN_MS);
      await server.kill('SIGQUIT');
      await expect(broker.publish([message('c', 'key', 'away')])).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: true });
      for (const call of [broker.describe('c'), broker.lag('g', ['c']), told.join(broker, 'late', ['c'])]) {
        await expect(call).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
      }
      await until(() => member.status().state === 'failed', 'the member to say so', WITHIN_MS);
      await until(() => told.events.filter((event) => event.includes('lost')).length === 3, 'the loss', WITHIN_MS);
      await server.start();
      await until(() => member.status().state === 'active' && member.status().assignment.length === 3, 'the member to be back', WITHIN_MS);
      await broker.publish(keys.map((key) => message('c', key, 'behind')));
      await until(() => told.messages.length >= 24, 'the messages behind it', WITHIN_MS);
      for (const texts of Object.values(told.textsByKey())) expect(texts).toEqual(['before', 'behind']);
      await until(() => followed.length >= 2 && follower.silentMs() < 2_000, 'the follower', WITHIN_MS);
    } finally {
      await broker.close();
      await database.close();
      await server.remove();
    }
  });
});
