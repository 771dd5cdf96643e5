import { AwakeTime, until } from '@minos/common/testing';
import { scratchServer, type ScratchServer } from '../../../../tools/testing/scratch-server.js';
import { Database } from './database.js';

describe('Database over a restart of its server', () => {
  let server: ScratchServer;
  beforeAll(async () => {
    server = await scratchServer();
  });
  afterAll(() => server.remove());

  it('answers DATABASE_UNAVAILABLE while the server is down, and works with the first call after it is back', async () => {
    const database = new Database({ connectionString: server.url, max: 5, acquireTimeoutMs: 2_000 });
    await Promise.all(Array.from({ length: 5 }, () => database.query('select pg_sleep(0.05)')));
    const held = await database.connect();
    const running = database.query('select pg_sleep(30)');
    const outcome = Promise.allSettled([running, held.query('select pg_sleep(30)').finally(() => held.release())]);
    await until(() => database.statistics().idle === 3, 'two connections in use');
    await server.kill('SIGQUIT');
    for (const settled of await outcome) expect(settled).toMatchObject({ reason: { code: 'DATABASE_UNAVAILABLE', phase: 'statement' } });
    await until(() => database.statistics().total === 0, 'the pool to drop the dead connections');
    await expect(database.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', phase: 'connect' });
    await server.start();
    await expect(database.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
    expect(database.statistics().total).toBe(1);
    await database.close();
  });

  it('keeps to its deadlines under load while the server goes and comes', async () => {
    const database = new Database({ connectionString: server.url, max: 5, acquireTimeoutMs: 1_000 });
    let stopped = false;
    const codes = new Map<string, number>();
    const time = new AwakeTime();
    let longest = 0;
    const caller = async (): Promise<void> => {
      while (!stopped) {
        const begun = time.now;
        const code = await database.query('select pg_sleep(0.001)').then(
          () => 'ok',
          (error: { code: string }) => error.code,
        );
        longest = Math.max(longest, time.now - begun);
        codes.set(code, (codes.get(code) ?? 0) + 1);
        if (code !== 'ok') await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const callers = Array.from({ length: 20 }, caller);
    try {
      await until(() => (codes.get('ok') ?? 0) > 100, 'the load to run');
      await server.kill('SIGKILL');
      await server.start();
      const before = codes.get('ok') ?? 0;
      await until(() => (codes.get('ok') ?? 0) > before + 100, 'the load to run again', 3_000);
    } finally {
      stopped = true;
      await Promise.all(callers);
      time.end();
      await database.close();
    }
    expect([...codes.keys()]).toContain('DATABASE_UNAVAILABLE');
    // Twenty callers share five connections: where the server takes its time to come back one may wait for longer than its deadline.
    for (const code of codes.keys()) expect(['DATABASE_UNAVAILABLE', 'POOL_EXHAUSTED', 'ok']).toContain(code);
    expect(longest).toBeLessThan(2_000);
  });
});
