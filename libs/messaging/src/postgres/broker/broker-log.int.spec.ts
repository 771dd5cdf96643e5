import { randomUUID } from 'node:crypto';
import { cuttingProxy } from '@minos/postgres/testing';
import { until } from '@minos/common/testing';
import type { Broker, BrokerMessage, StoredMessage } from '../../contracts/broker.js';
import { testingLog, type TestingLog } from './broker-log-kit.js';

const message = (channel: string, key: string, text: string): BrokerMessage => ({ channel, key, headers: {}, body: Buffer.from(text) });
const textOf = ({ body }: BrokerMessage): string => Buffer.from(body).toString();
const DAY_MS = 86_400_000;

describe('the log of PostgresBroker', () => {
  let log: TestingLog;
  beforeAll(async () => {
    log = await testingLog();
  });
  afterAll(() => log.close());

  async function channel(broker: Broker, partitions = 4, retentionMs?: number | 'forever'): Promise<string> {
    const name = `log-${randomUUID()}`;
    await broker.ensureChannels([{ name, partitions, ...(retentionMs === undefined ? {} : { retentionMs }) }]);
    return name;
  }

  /** What followers of all partitions have got. */
  async function followAll(broker: Broker, name: string, partitions: number): Promise<StoredMessage[]> {
    const got: StoredMessage[] = [];
    for (let partition = 0; partition < partitions; partition++) {
      await broker.follow({
        partition: { channel: name, partition },
        from: 'beginning',
        messages: async (batch) => void got.push(...batch),
      });
    }
    return got;
  }

  it('has offsets without holes, and readers that follow closely miss none of several publishers in two pools', async () => {
    const brokers = [log.broker({ batchMessages: 7 }), log.broker()];
    const reader = log.broker();
    const name = await channel(reader, 3);
    const got = await followAll(reader, name, 3);
    let sent = 0;
    const publisher = async (broker: Broker, id: number): Promise<void> => {
      for (let round = 0; round < 40; round++) {
        const messages = Array.from({ length: 1 + ((round * 7 + id) % 25) }, (_, n) =>
          message(name, `key-${(n + id) % 11}`, `${id}/${round}/${n}`),
        );
        await broker.publish(messages);
        sent += messages.length;
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, id) => publisher(brokers[id % 2] as Broker, id)));
    await until(() => got.length >= sent, 'all messages');
    const next = [0n, 0n, 0n];
    for (const { partition, offset } of got) {
      expect(offset).toBe(next[partition]);
      next[partition] = offset + 1n;
    }
    const { partitions } = await reader.describe(name);
    expect(partitions.map((one) => one.next)).toEqual(next);
    expect(got.length).toBe(sent);
  });

  it('keeps the order of each key over eight publishers whose calls overlap', async () => {
    const [broker, reader] = [log.broker({ batchMessages: 13 }), log.broker()];
    const name = await channel(reader, 4);
    const expected: Record<string, string[]> = {};
    const calls: Promise<unknown>[] = [];
    for (let round = 0; round < 50; round++) {
      for (let publisher = 0; publisher < 8; publisher++) {
        const messages = Array.from({ length: 3 }, (_, n) => message(name, `key-${(publisher + n) % 5}`, `${round}/${publisher}/${n}`));
        for (const one of messages) (expected[one.key] ??= []).push(textOf(one));
        calls.push(broker.publish(messages));
      }
      if (round % 10 === 0) await Promise.race(calls);
    }
    await Promise.all(calls);
    const got = await followAll(reader, name, 4);
    await until(() => got.length >= 1_200, 'all messages');
    const found: Record<string, string[]> = {};
    for (const one of got) (found[one.key] ??= []).push(textOf(one));
    expect(found).toEqual(expected);
  });

  it.each(['request', 'answer'] as const)(
    'says BROKER_UNAVAILABLE where the connection is cut at the %s, and the first of each stay in order',
    async (where) => {
      const proxy = await cuttingProxy(log.url);
      const broker = log.broker({ url: proxy.url });
      const name = await channel(broker, 1);
      await broker.publish([message(name, 'key', '0')]);
      const cut = proxy.cut(where, { containing: 'minos_broker_publish' });
      const first = broker.publish([message(name, 'key', '1')]);
      const outcomes = await Promise.allSettled([first, broker.publish([message(name, 'key', '2')])]);
      await cut;
      for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'BROKER_UNAVAILABLE', retryable: true } });
      await broker.publish([message(name, 'key', '1'), message(name, 'key', '2')]);
      const got = await followAll(broker, name, 1);
      await until(() => got.length >= 3 && textOf(got.at(-1) as StoredMessage) === '2', 'the messages');
      expect([...new Set(got.map(textOf))]).toEqual(['0', '1', '2']);
      expect(got.length > 3).toBe(where === 'answer');
      await broker.close();
      await proxy.close();
    },
  );

  it('begins at the end where an offset lies behind it, and at the oldest where it is not kept', async () => {
    const broker = log.broker();
    const name = await channel(broker, 1);
    await broker.publish(['0', '1', '2'].map((text) => message(name, 'key', text)));
    await log.database.query(
      'delete from minos_broker.messages m using minos_broker.channels c where c.id = m.channel_id and c.name = $1 and m.message_offset < 2',
      [name],
    );
    const [behind, old]: string[][] = [[], []];
    const partition = { channel: name, partition: 0 };
    await broker.follow({ partition, from: 1_000n, messages: async (batch) => void behind?.push(...batch.map(textOf)) });
    await broker.follow({ partition, from: 0n, messages: async (batch) => void old?.push(...batch.map(textOf)) });
    await broker.publish([message(name, 'key', '3')]);
    await until(() => behind?.length === 1 && old?.length === 2, 'both');
    expect([behind, old]).toEqual([['3'], ['2', '3']]);
    expect((await broker.describe(name)).partitions[0]).toMatchObject({ earliest: 2n, next: 4n });
    await expect(
      broker.follow({ partition: { channel: name, partition: 1 }, from: 'end', messages: async () => undefined }),
    ).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
    });
  });

  it('gives out no more bytes at a time than it is told to, and a large message alone', async () => {
    const broker = log.broker({ fetchBytes: 2_500 });
    const name = await channel(broker, 2);
    await broker.publish(Array.from({ length: 40 }, (_, n) => message(name, `key-${n}`, 'x'.repeat(n === 20 ? 5_000 : 1_000))));
    const sizes: number[] = [];
    const listener = {
      assigned: async () => 'beginning' as const,
      revoked: async () => undefined,
      messages: async (_: unknown, batch: readonly StoredMessage[]) => void sizes.push(batch.length),
    };
    await broker.join({ group: name, member: 'm', channels: [name], listener });
    await until(() => sizes.reduce((sum, size) => sum + size, 0) === 40, 'all');
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3);
  });

  it('keeps headers that PostgreSQL could not keep as text', async () => {
    const broker = log.broker();
    const name = await channel(broker, 1);
    const headers = { nul: 'a\0b', half: '\ud83d', quotes: '"\\', empty: '' };
    await broker.publish([{ ...message(name, 'key', 'text'), headers }]);
    const got = await followAll(broker, name, 1);
    await until(() => got.length === 1, 'the message');
    expect(got[0]?.headers).toEqual(headers);
  });

  describe('in tables of days', () => {
    const tables = async (): Promise<number> => (await log.database.query('select minos_broker.days()')).rowCount;
    const dropAt = async (days: number): Promise<number> =>
      (await log.database.query("select minos_broker.drop_days_at(clock_timestamp() + $1::float8 * interval '1 day')", [days])).rowCount;
    /** As if the last messages had been appended then: time does not go back in a partition. */
    const move = (name: string, days: number) =>
      log.database.query(
        `update minos_broker.partitions p set appended_at = clock_timestamp() + $2::float8 * interval '1 day'
           from minos_broker.channels c where c.id = p.channel_id and c.name = $1`,
        [name, days],
      );

    it('goes on from one day to the next', async () => {
      const broker = log.broker();
      const [name, kept] = [await channel(broker, 1), await channel(broker, 1, 'forever')];
      const all = [await followAll(broker, name, 1), await followAll(broker, kept, 1)];
      for (const [day, text] of ['a', 'b', 'c'].entries()) {
        if (day > 0) await Promise.all([move(name, day), move(kept, day)]);
        await broker.publish([message(name, 'key', text), message(kept, 'key', text)]);
        await until(() => all.every((got) => got.length === day + 1), text);
      }
      const again = [await followAll(broker, name, 1), await followAll(broker, kept, 1)];
      await until(() => again.every((got) => got.length === 3), 'all days');
      for (const got of [...all, ...again]) expect(got.map(textOf)).toEqual(['a', 'b', 'c']);
      const { rows } = await log.database.query(
        `select tableoid::regclass::text as name from minos_broker.messages where channel_id = (select id from minos_broker.channels where name = $1)`,
        [kept],
      );
      expect(rows.map((row) => row['name'])).toEqual(Array(3).fill('minos_broker.messages_kept'));
      await log.database.query('delete from minos_broker.messages');
    });

    it('drops a day when every channel with messages in it has kept it for long enough, and makes it again when it is written to', async () => {
      await log.database.query('delete from minos_broker.messages');
      const broker = log.broker();
      const [short, long, kept] = [
        await channel(broker, 1, DAY_MS),
        await channel(broker, 1, 30 * DAY_MS),
        await channel(broker, 1, 'forever'),
      ];
      await broker.publish([short, long, kept].map((name) => message(name, 'key', 'old')));
      await move(short, 1);
      await broker.publish([message(short, 'key', 'tomorrow')]);
      const before = await tables();
      expect(await dropAt(0)).toBe(0);
      // Tomorrow's table is over, the empty ones too; today's is held by the channel with 30 days.
      await dropAt(20);
      expect(await tables()).toBe(1);
      expect((await broker.describe(short)).partitions[0]).toMatchObject({ earliest: 0n, next: 2n });
      expect(await dropAt(32)).toBe(1);
      expect([await tables(), before > 1]).toEqual([0, true]);
      expect((await broker.describe(short)).partitions[0]).toMatchObject({ earliest: 2n, next: 2n });
      expect((await broker.describe(kept)).partitions[0]).toMatchObject({ earliest: 0n, next: 1n });
      expect(await broker.lag('none', [short, kept])).toMatchObject(
        [short, kept].sort().map((name) => ({ channel: name, lag: name === kept ? 1n : 0n })),
      );
      await move(short, 0);
      const got = await followAll(broker, short, 1);
      await broker.publish([message(short, 'key', 'new')]);
      await until(() => got.length === 1, 'the new one');
      expect(got.map(textOf)).toEqual(['new']);
    });

    it('are made and dropped by any broker that is used', async () => {
      const today = new Date().toISOString().slice(0, 10);
      await log.database.query(`create table minos_broker.messages_20200101 (like minos_broker.messages including all)`);
      await log.database.query(
        `alter table minos_broker.messages attach partition minos_broker.messages_20200101 for values from ('2020-01-01') to ('2020-01-02')`,
      );
      await log.broker().ensureChannels([]);
      await until(async () => {
        const { rows } = await log.database.query<{ day: string }>('select d::text as day from minos_broker.days() as d');
        return rows[0]?.day === today && rows.length === 4;
      }, 'the upkeep');
    });
  });

  it.each([
    ['a negative count', '{-5}', '{1}', '{0}'],
    ['a count above the messages', '{7}', '{1}', '{0}'],
    ['a place behind its count', '{1}', '{1}', '{4}'],
    ['a place in no partition', '{1}', '{2}', '{0}'],
    ['more messages than counted', '{1}', '{1,1}', '{0,1000}'],
    ['no messages', '{1}', '{}', '{}'],
  ])('refuses a batch with %s, which would break the offsets of a channel that others read', async (_, counts, places, ordinals) => {
    const broker = log.broker();
    const name = await channel(broker, 1);
    await broker.publish([message(name, 'key', 'text')]);
    const forged = `select minos_broker.publish(array[(select id from minos_broker.find_channels(array[$1]))], '{0}', $2::int[], $3::int[], $4::int[],
                      array_fill('k'::text, array[cardinality($3::int[])]), array_to_json(array_fill('{}'::json, array[cardinality($3::int[])])),
                      array_fill(1, array[cardinality($3::int[])]), array_fill(1, array[cardinality($3::int[])]), 'x')`;
    await expect(log.database.query(forged, [name, counts, places, ordinals])).rejects.toMatchObject({ code: 'MB003' });
    expect((await broker.describe(name)).partitions).toMatchObject([{ next: 1n }]);
  });

  it('lets a role in that was admitted, and only through the functions', async () => {
    const role = `minos_role_${randomUUID().slice(0, 8)}`;
    await log.database.query(`create role ${role} login password 'secret'`);
    const url = new URL(log.url);
    url.username = role;
    url.password = 'secret';
    const broker = log.broker({ url: url.href });
    try {
      await expect(broker.ensureChannels([{ name: 'refused' }])).rejects.toMatchObject({ code: '42501' });
      await log.database.query('select minos_broker.admit($1)', [role]);
      const name = await channel(broker, 2);
      const got: string[] = [];
      const listener = {
        assigned: async () => 'beginning' as const,
        revoked: async () => undefined,
        messages: async (_: unknown, batch: readonly StoredMessage[]) => void got.push(...batch.map(textOf)),
      };
      const member = await broker.join({ group: name, member: 'm', channels: [name], listener });
      await broker.publish([message(name, 'key', 'text')]);
      await until(() => got.length === 1, 'the message');
      member.tell({ channel: name, partition: 0 }, 0n);
      await member.leave();
      expect(await broker.lag(name, [name])).toHaveLength(2);
      const allowed = await log.database.query(
        `select has_table_privilege($1, 'minos_broker.messages', 'select') as reads,
                has_function_privilege($1, 'minos_broker.drop_days_at(timestamptz)', 'execute') as drops`,
        [role],
      );
      expect(allowed.rows).toEqual([{ reads: false, drops: false }]);
    } finally {
      await broker.close();
      await log.database.query(`drop owned by ${role}; drop role ${role}`);
    }
  });
});
