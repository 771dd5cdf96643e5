import { until } from '@minos/common/testing';
import { AuthServer } from '@minos/auth/server';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import type { TestingApp } from '@minos/nest/testing';
import { endsWithin } from '../../../tools/testing/ends-within.js';
import { login, type Pair, PASSWORD, readRevocations, register, basic, startAuth } from '../test/auth-kit.js';

describe('under load', () => {
  it('answers a flood of logins 503 with Retry-After beyond what it can hash, and goes on with everything else', async () => {
    const auth = await startAuth({ storage: 'memory' }, { passwords: { concurrency: 1, queue: 4 } });
    try {
      const flood = Array.from({ length: 60 }, (_, index) =>
        auth.http.post('/auth/login', { email: `u${index}@example.org`, password: PASSWORD }),
      );
      const health = auth.http.get('/health/live');
      const answers = await Promise.all(flood);
      const busy = answers.filter(({ status }) => status === 503);
      expect(answers.every(({ status }) => status === 401 || status === 503)).toBe(true);
      expect(busy.length).toBeGreaterThan(0);
      expect(busy[0]?.headers.get('retry-after')).toBe('1');
      expect(busy[0]?.body).toMatchObject({ code: 'PASSWORDS_BUSY', detail: expect.stringContaining('Nothing was done') as string });
      expect((await health).status).toBe(200);
      await expect(login(auth, await register(auth))).resolves.toBeDefined();
    } finally {
      await auth.close();
    }
  });

  it('stops promptly while services listen', async () => {
    const auth = await startAuth({ storage: 'memory' });
    const readers = await Promise.all([1, 2, 3].map(() => readRevocations(auth, basic('order'))));
    const ended = [auth.close(), ...readers.map((reader) => reader.ended)];
    await endsWithin(Promise.all(ended), 'everything to end', 5_000);
  });
});

describe('two replicas on one database', () => {
  let server: TestDatabase;
  let replicas: TestingApp[] = [];
  beforeAll(async () => {
    server = await createTestDatabase();
    // A machine that is busy is no database that has no time: whoever waits for a connection gets one.
    const database = { url: server.url, acquireTimeout: '1m', connectTimeout: '1m' } as const;
    const start = () => startAuth({ storage: 'postgres', database }, { throttle: { refreshes: 100_000 } });
    replicas = [await start()];
    replicas.push(await start());
  });
  afterAll(async () => {
    await Promise.all(replicas.map((one) => one.close()));
    await server?.drop();
  });

  it('have one winner of 200 concurrent refreshes with one token', async () => {
    const [first, second] = replicas as [TestingApp, TestingApp];
    const { refreshToken } = await login(first, await register(second));
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? first : second).http.post<Pair>('/auth/refresh', { refreshToken })),
    );
    const count = (status: number): number => answers.filter((answer) => answer.status === status).length;
    expect([count(200), count(401)]).toEqual([1, 199]);
    const winner = answers.find(({ status }) => status === 200)?.body;
    expect(await second.http.post('/auth/refresh', { refreshToken: winner?.refreshToken })).toMatchObject({ status: 401 });
  });

  it('tell readers of either what the other one has revoked', async () => {
    const [first, second] = replicas as [TestingApp, TestingApp];
    const pair = await login(first, await register(first));
    const reader = await readRevocations(second, basic('gateway'));
    await first.http.post('/auth/logout', { refreshToken: pair.refreshToken });
    await until(
      () => reader.text().includes('event: revoked\ndata: {"subject"') && reader.text().includes('"session"'),
      'the event',
      60_000,
    );
    reader.close();
    const keys = await Promise.all(replicas.map(async (one) => (await one.get<AuthServer>(AuthServer).keys.current()).kid));
    expect(keys[0]).toBe(keys[1]);
  });
});
