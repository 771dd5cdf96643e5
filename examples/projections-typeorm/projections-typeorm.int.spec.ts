import 'reflect-metadata';
import { consistencyToken } from '@minos/common';
import { Projections, Views } from '@minos/cqrs';
import { streamName } from '@minos/event-sourcing';
import { createTestingApp } from '@minos/nest/testing';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { BookkeepingModule, Customer, PaidRow, TABLES } from './turnover.js';

describe('the example of a projection into entities, SQL and a view', () => {
  let server: TestDatabase;
  beforeAll(async () => {
    server = await createTestDatabase();
    const client = new Client({ connectionString: server.url });
    await client.connect();
    for (const statement of TABLES) await client.query(statement);
    await client.end();
  });
  afterAll(() => server.drop());

  it('commits all of it with the checkpoint', async () => {
    const app = await createTestingApp(BookkeepingModule.on(server.url), { storage: 'postgres', database: { url: server.url } });
    for (const [n, customer] of ['ann', 'bob', 'ann'].entries()) {
      const data = { customer, cents: 100 + n };
      await app.events.append(streamName('invoice', `i${n}`), [{ type: 'invoice.paid', schemaVersion: 1, data }], {
        expectedVersion: 'any',
      });
    }
    const token = consistencyToken({ service: 'bookkeeping', stream: 'invoice-i2', version: 1 });
    await app.get(Projections).atLeast('turnover', token, '20s');
    const dataSource = app.get(DataSource);
    expect(await dataSource.manager.find(Customer, { order: { name: 'asc' } })).toEqual([
      { name: 'ann', invoices: 2 },
      { name: 'bob', invoices: 1 },
    ]);
    expect(await dataSource.query('select sum(cents)::int as cents from turnover_v1')).toEqual([{ cents: 303 }]);
    expect(await app.get(Views).of(PaidRow).count()).toBe(3);
    await app.close();
  });
});
