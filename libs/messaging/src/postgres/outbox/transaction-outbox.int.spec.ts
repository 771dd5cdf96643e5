import { Client } from 'pg';
import { until } from '@minos/common/testing';
import { DataSource } from 'typeorm';
import { OUTBOX_SLOTS, type OutgoingMessage } from '../../contracts/outgoing-message.js';
import { Outbox } from '../../outbox/outbox.js';
import { openTestingOutbox } from '../outbox-kit.js';
import { OutboxWriter } from './outbox-writer.js';
import { TransactionOutbox } from './transaction-outbox.js';
import { outboxAdd } from '../../outbox/outbox-add.js';

const SOURCE = { source: 'legacy' };
const outbox = new TransactionOutbox(SOURCE);
const ALL = Array.from({ length: OUTBOX_SLOTS }, (_, slot) => slot);
const message = (key: string, n: number): OutgoingMessage => ({ channel: 'mail', key, type: 'mail.send', data: { n } });

describe('TransactionOutbox', () => {
  let opened: Awaited<ReturnType<typeof openTestingOutbox>>;
  beforeAll(async () => {
    opened = await openTestingOutbox();
  });
  afterAll(() => opened.close());
  beforeEach(() => opened.database.query('truncate minos.outbox'));

  const waiting = async (): Promise<number[]> =>
    (await opened.store.unsent(ALL, 100)).map(({ body }) => (JSON.parse(body) as { n: number }).n);
  const connect = async (): Promise<Client> => {
    const client = new Client({ connectionString: opened.url });
    await client.connect();
    return client;
  };

  it('sends with a transaction of one’s own, or not at all', async () => {
    const client = await connect();
    await client.query('begin isolation level serializable');
    const ids = await outbox.add(client, [message('a "q" \\', 1), message('b', 2)]);
    expect(await waiting()).toEqual([]);
    await client.query('commit');
    expect(await waiting()).toEqual([1, 2]);
    const [first] = await opened.store.unsent(ALL, 1);
    expect(first).toMatchObject({ messageId: ids[0], key: 'a "q" \\', headers: { ce_source: 'legacy', ce_id: ids[0] } });
    await client.query('begin');
    await outbox.add(client, message('a', 3));
    await client.query('rollback');
    expect(await outbox.add(client, [])).toEqual([]);
    expect(await waiting()).toEqual([1, 2]);
    await client.end();
  });

  it('sends with a transaction of TypeORM’s EntityManager', async () => {
    const source = await new DataSource({ type: 'postgres', url: opened.url }).initialize();
    await source.transaction((manager) => outbox.add(manager, message('a', 1)));
    await expect(
      source.transaction(async (manager) => {
        await outbox.add(manager, message('a', 2));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await source.destroy();
    expect(await waiting()).toEqual([1]);
  });

  it('orders a key by the commits, against units of work and other transactions', async () => {
    const own = new Outbox({ source: 'order', clock: opened.clock });
    const client = await connect();
    await client.query('begin');
    await outbox.add(client, message('a', 1));
    let committed = false;
    const unit = opened.unitOfWork
      .run((open) => void own.enlist(open, message('a', 2)))
      .then(() => {
        committed = true;
      });
    await opened.unitOfWork.run((open) => void own.enlist(open, message('b', 3)));
    expect(committed).toBe(false);
    await client.query('commit');
    await unit;
    expect(await waiting()).toEqual(expect.arrayContaining([1, 2, 3]));
    const ofKey = (await opened.store.unsent(ALL, 100)).filter(({ key }) => key === 'a');
    expect(ofKey.map(({ body }) => (JSON.parse(body) as { n: number }).n)).toEqual([1, 2]);
    await client.end();
  });

  it('takes the keys of one call in one order, so that calls do not deadlock', async () => {
    const clients = await Promise.all([connect(), connect(), connect()]);
    const keys = ['a', 'b', 'c', 'd'];
    await Promise.all(
      clients.map(async (client, which) => {
        for (let round = 0; round < 20; round += 1) {
          const turned = [...keys.slice(which), ...keys.slice(0, which)];
          await client.query('begin');
          await outbox.add(
            client,
            turned.map((key) => message(key, round)),
          );
          await client.query('commit');
        }
      }),
    );
    expect((await opened.store.progress()).unsent).toBe(3 * 20 * keys.length);
    await Promise.all(clients.map((client) => client.end()));
  });
});

describe('OutboxWriter', () => {
  it('finds a message after a lost commit while it waits, and cannot know after it left', async () => {
    const { database, close } = await openTestingOutbox();
    const writer = new OutboxWriter();
    const change = outboxAdd(message('a', 1), SOURCE);
    expect(await writer.find(change, '', database)).toBe('unknowable');
    await outbox.add(database, { ...message('a', 1), id: change.messageId });
    expect(await writer.find(change, '', database)).toEqual({ result: change.messageId });
    await close();
  });

  it('writes many units in one batch, and skips those that another check refused', async () => {
    const { unitOfWork, leases, store, clock, close } = await openTestingOutbox();
    const outbox = new Outbox({ source: 'order', clock });
    const lease = await leases.acquire('mine', 'me', 60_000);
    if (lease === undefined) throw new Error('no lease');
    const lost = { ...lease, epoch: 99n };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, n) =>
        unitOfWork.run((unit) => {
          unit.enlist(leases.fence(n % 3 === 0 ? lost : lease));
          outbox.enlist(unit, message(`key-${n % 7}`, n));
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(20);
    await until(async () => (await store.progress()).unsent === 40);
    const bodies = (await store.unsent(ALL, 100)).map(({ body }) => (JSON.parse(body) as { n: number }).n);
    expect(bodies.every((n) => n % 3 !== 0)).toBe(true);
    await close();
  });
});
