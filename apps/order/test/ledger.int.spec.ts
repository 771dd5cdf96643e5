import { createTestDatabase } from '@minos/postgres/testing';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { readLedger } from './ledger.js';

const EVENT = 'insert into minos.events (stream, version, type) values ($1, $2, $3)';

describe('the check of the ledger', () => {
  it('finds what is lost, doubled or out of line', async () => {
    const server = await createTestDatabase();
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query('create schema minos');
    await client.query('create table minos.events (stream text, version bigint, type text)');
    const [good, hole, twice, gone] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    for (const row of [
      [`order-${good}`, 1, 'order.placed'],
      [`order-${good}`, 2, 'order.cancelled'],
      [`order-${hole}`, 2, 'order.placed'],
      [`order-${twice}`, 1, 'order.placed'],
      [`order-${twice}`, 2, 'order.placed'],
    ]) {
      await client.query(EVENT, row);
    }
    await client.end();
    const ledger = await readLedger(server.url, [
      { orderId: good, command: 'cancel' },
      { orderId: gone, command: 'place' },
    ]);
    expect(ledger).toEqual({
      streams: 3,
      events: 5,
      broken: [`order-${hole}`],
      lost: [{ orderId: gone, command: 'place' }],
      doubled: [`order-${twice}`],
    });
    await server.drop();
  });
});
