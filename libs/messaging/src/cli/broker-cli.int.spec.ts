import { SystemClock } from '@minos/common';
import { Database } from '@minos/postgres';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { resolveMessagingOptions } from '../module/messaging.options.js';
import { openBroker } from '../module/open-broker.js';
import { BROKER_ADMIT } from './broker-admit.command.js';
import { BROKER_MIGRATE } from './broker-migrate.command.js';

describe('minos broker', () => {
  let server: TestDatabase;
  let database: Database;
  const role = `service_${process.pid}`;
  const lines: string[] = [];
  const run = (command: typeof BROKER_MIGRATE, options = {}): Promise<number> =>
    command.run({ print: (line: string) => void lines.push(line), database: () => database, options } as never);

  beforeAll(async () => {
    server = await createTestDatabase();
    database = new Database({ connectionString: server.url });
    await database.query(`create role ${role} login password 'secret'`);
  });

  afterAll(async () => {
    await database.query(`drop owned by ${role}`);
    await database.query(`drop role ${role}`);
    await database.close();
    await server.drop();
  });

  it('is what the error of production names where the schema is missing', async () => {
    const broker = { kind: 'postgres', url: server.url, migrations: 'check' } as const;
    const opened = openBroker(resolveMessagingOptions({ service: 'order', broker }, true), new SystemClock());
    try {
      const message = expect.stringContaining('npx minos broker migrate --url') as string;
      await expect(opened.prepare()).rejects.toMatchObject({ code: 'MIGRATIONS_PENDING', message });
    } finally {
      await opened.close();
    }
  });

  it('makes the schema once, and lets a role use it as production does', async () => {
    expect(await run(BROKER_MIGRATE)).toBe(0);
    expect(await run(BROKER_MIGRATE)).toBe(0);
    expect(lines.at(-1)).toContain('Nothing to do');
    expect(await run(BROKER_ADMIT, { role })).toBe(0);
    const url = new URL(server.url);
    url.username = role;
    url.password = 'secret';
    const settings = resolveMessagingOptions({ service: 'order', broker: { kind: 'postgres', url: url.href, migrations: 'check' } }, true);
    const opened = openBroker(settings, new SystemClock());
    try {
      await opened.prepare();
      await opened.broker.ensureChannels([{ name: 'order.events', partitions: 1 }]);
      await opened.broker.publish([{ channel: 'order.events', key: 'a', headers: { ce_id: '1' }, body: Buffer.from('1') }]);
      expect((await opened.broker.describe('order.events')).partitions[0]?.next).toBe(1n);
      expect(await opened.broker.origin()).toMatch(/-/);
    } finally {
      await opened.close();
    }
  });

  it('says what is missing', async () => {
    await expect(run(BROKER_ADMIT)).rejects.toMatchObject({ code: 'CLI_USAGE', message: expect.stringContaining('--role') as string });
  });
});
