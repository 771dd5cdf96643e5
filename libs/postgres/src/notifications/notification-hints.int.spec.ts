import { randomUUID } from 'node:crypto';
import { SystemClock } from '@minos/common';
import { until } from '@minos/common/testing';
import { Client } from 'pg';
import { Database } from '../database/database.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { NotificationHints, type NotificationHintsOptions } from './notification-hints.js';

describe('NotificationHints', () => {
  let server: TestDatabase;
  let database: Database;
  const open: NotificationHints[] = [];
  const newHints = (options: Pick<NotificationHintsOptions, 'echo' | 'coalesceMs'> = {}): NotificationHints => {
    const ports = { connectionString: server.url, sql: database, clock: new SystemClock() };
    const hints = new NotificationHints({ ...ports, reconnectMs: 10, ...options });
    open.push(hints);
    hints.start();
    return hints;
  };

  const lines: Client[] = [];
  /** Everything that is said, whoever says it. */
  const listenIn = async (): Promise<readonly string[]> => {
    const heard: string[] = [];
    const client = new Client({ connectionString: server.url });
    lines.push(client);
    client.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await client.connect();
    await client.query('listen minos_hints');
    return heard;
  };

  beforeAll(async () => {
    server = await createTestDatabase();
    database = new Database({ connectionString: server.url, max: 1 });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((hints) => hints.close()));
    await Promise.all(lines.splice(0).map((client) => client.end()));
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  it('tells everybody who listens to the channel, many hints in few', async () => {
    const [sender, receiver] = [newHints(), newHints()];
    await until(() => receiver.connected && sender.connected, 'both to listen');
    const heard = { feed: 0, other: 0 };
    receiver.on('feed', () => (heard.feed += 1));
    receiver.on('other', () => (heard.other += 1));
    for (let index = 0; index < 1_000; index += 1) sender.hint('feed');
    await until(() => heard.feed > 0, 'a hint');
    expect(heard.feed).toBeLessThan(5);
    expect(heard.other).toBe(0);
  });

  it('tells the sender too, or all but the sender', async () => {
    const [loud, quiet, other] = [newHints(), newHints({ echo: false }), newHints({ echo: false })];
    await until(() => [loud, quiet, other].every(({ connected }) => connected), 'all to listen');
    const heard: string[] = [];
    loud.on('feed', () => heard.push('loud'));
    quiet.on('feed', () => heard.push('quiet'));
    other.on('feed', () => heard.push('other'));
    quiet.hint('feed');
    await until(() => heard.length === 2, 'the hint of the quiet one');
    loud.hint('feed');
    await until(() => heard.length === 5, 'the hint of the loud one');
    expect(heard.slice(0, 2).sort()).toEqual(['loud', 'other']);
    expect(heard.slice(2).sort()).toEqual(['loud', 'other', 'quiet']);
  });

  it.each([false, true])(
    'sends nothing while nobody else listens, and what it did not say to who comes, with an echo: %s',
    async (echo) => {
      const first = newHints({ echo: false, coalesceMs: 0 });
      await until(() => first.connected, 'the first to listen');
      const line = await listenIn();
      // What is sent goes over one connection, so a mark comes behind what went before it.
      const mark = async (): Promise<void> => {
        const one = randomUUID();
        await database.query(`select pg_notify('minos_hints', $1)`, [one]);
        await until(() => line.includes(one), 'the mark');
      };
      const sent = async (): Promise<number> => {
        const before = line.length;
        first.hint('feed');
        // A hint that comes while a greeting is under way leaves behind the first mark, not behind the second.
        await mark();
        await mark();
        return line.slice(before).filter((payload) => payload.startsWith('feed@')).length;
      };
      await until(async () => (await sent()) === 0, 'it to know that it is alone');
      const second = newHints({ echo });
      const heard: string[] = [];
      second.on('feed', () => heard.push('feed'));
      await until(() => second.connected, 'the second to listen');
      await until(() => heard.length === 2, 'its first look, and what was not said before');
      first.hint('feed');
      await until(() => heard.length === 3, 'a hint');
      expect(await sent()).toBe(1);
      // The one that came has found the first, and tells it too.
      first.on('other', () => heard.push('other'));
      second.hint('other');
      await until(() => heard.includes('other'), 'a hint back');
    },
  );

  it('connects anew after its connection was lost, and then tells its listeners to look', async () => {
    const hints = newHints();
    let heard = 0;
    const stop = hints.on('feed', () => (heard += 1));
    await until(() => hints.connected, 'the connection');
    await until(() => heard === 1, 'the first look');
    const { rows } = await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'minos-hints' and datname = current_database()`,
    );
    expect(rows).toHaveLength(1);
    await until(() => heard === 2, 'a look after the loss');
    hints.hint('feed');
    await until(() => heard === 3, 'a hint over the new connection');
    stop();
  });

  it('closes while the server is away, and drops hints that come later', async () => {
    const hints = new NotificationHints({ connectionString: 'postgres://nobody@127.0.0.1:1/x', sql: database, clock: new SystemClock() });
    hints.start();
    hints.hint('feed');
    await hints.close();
    hints.hint('feed');
    await hints.close();
    expect(hints.connected).toBe(false);
  });
});
