import { SystemClock } from '@minos/common';
import { until } from '@minos/common/testing';
import { Database } from '@minos/postgres';
import { decodeProtectedHeader } from 'jose';
import type { AuthServer } from '../auth-server.js';
import { CountingArgon2, serverOn } from '../auth-server-kit.js';
import { type AuthDatabase, openAuthDatabase } from './auth-database-kit.js';
import { postgresAuthStorage } from './postgres-auth-storage.js';

const REPLICAS = 2;
const ADDRESS = '192.0.2.1';

describe('replicas of the server on one database', () => {
  let given: AuthDatabase;
  let databases: Database[];
  let replicas: AuthServer[];
  beforeAll(async () => {
    given = await openAuthDatabase();
    // A thousand wait for ten connections, longer than an application would on a machine that is busy.
    databases = Array.from({ length: REPLICAS }, () => new Database({ connectionString: given.url, max: 5, acquireTimeoutMs: 600_000 }));
    replicas = databases.map((database) =>
      serverOn(postgresAuthStorage(database), new SystemClock(), {
        argon2: new CountingArgon2(),
        // The delay must not be over while attempts are still counted.
        options: { revocations: { every: 50 }, throttle: { refreshes: 100_000, firstDelay: '1h', longestDelay: '1h' } },
      }),
    );
    await Promise.all(replicas.map((one) => one.start()));
  });
  afterAll(async () => {
    await Promise.all((replicas ?? []).map((one) => one.stop()));
    await Promise.all((databases ?? []).map((one) => one.close()));
    await given?.close();
  });
  const [first, second] = [() => replicas[0] as AuthServer, () => replicas[1] as AuthServer];
  const person = (name: string) => ({ email: `${name}@example.org`, password: 'a quiet forest', address: ADDRESS });

  it('make one key when they start at once', async () => {
    expect((await first().keys.published()).signing).toHaveLength(1);
    expect((await first().keys.current()).kid).toBe((await second().keys.current()).kid);
  });

  it('register one address once', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (replicas[index % 2] as AuthServer).registration.register(person('twin'))),
    );
    expect(new Set(all.map(({ userId }) => userId)).size).toBe(1);
  });

  it('let one of 1,000 concurrent refreshes with one token win, and end the session', async () => {
    await first().registration.register(person('thousand'));
    const { refreshToken } = await first().logins.login(person('thousand'));
    const refreshes = Array.from({ length: 1_000 }, (_, index) =>
      (replicas[index % 2] as AuthServer).sessions.refresh(refreshToken, ADDRESS),
    );
    const results = await Promise.allSettled(refreshes);
    const winners = results.filter((result) => result.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as { code: string }).code] : []));
    expect(new Set(codes)).toEqual(new Set(['REFRESH_REFUSED']));
    await expect(second().sessions.refresh(winners[0]?.value.refreshToken, ADDRESS)).rejects.toMatchObject({ code: 'REFRESH_REFUSED' });
    const reused = (await postgresAuthStorage(given.database).audit.list(1_000)).filter(({ event }) => event === 'session.token-reused');
    expect(reused).toHaveLength(1);
  });

  it('would have several winners if a token were read and then marked, so the test above can fail', async () => {
    await given.database.query('create table control (hash int primary key, used boolean not null)');
    await given.database.query('insert into control values (1, false)');
    const naive = async (index: number): Promise<boolean> => {
      const database = databases[index % 2] as Database;
      const { rows } = await database.query<{ used: boolean }>('select used from control where hash = 1');
      if (rows[0]?.used !== false) return false;
      await database.query('update control set used = true where hash = 1');
      return true;
    };
    const won = await Promise.all(Array.from({ length: 1_000 }, (_, index) => naive(index)));
    expect(won.filter(Boolean).length).toBeGreaterThan(1);
  });

  it('see what the other one has revoked', async () => {
    await first().registration.register(person('seen'));
    const { accessToken } = await first().logins.login(person('seen'));
    const before = second().feed.newest;
    await first().sessions.logout(undefined, await first().tokens.verify(accessToken), '192.0.2.1');
    await until(() => second().feed.newest > before, 'the other replica to see the revocation');
  });

  it('count attempts together', async () => {
    await first().registration.register(person('guessed'));
    const guesses = Array.from({ length: 40 }, (_, index) =>
      (replicas[index % 2] as AuthServer).logins
        .login({ ...person('guessed'), password: `a wrong forest ${index}` })
        .catch((error: unknown) => (error as { code: string }).code),
    );
    const codes = await Promise.all(guesses);
    expect(codes.filter((code) => code === 'LOGIN_REFUSED')).toHaveLength(6);
    expect(codes.filter((code) => code === 'LOGIN_DELAYED')).toHaveLength(34);
  });

  it('disabled at once means that no token is issued later than its not-before', async () => {
    for (let round = 0; round < 10; round++) {
      const { userId } = await first().registration.register(person(`race${round}`));
      const pair = await first().logins.login(person(`race${round}`));
      const [refreshed] = await Promise.allSettled([
        second().sessions.refresh(pair.refreshToken, ADDRESS),
        first().administration.setDisabled(userId, true, { subject: 'admin' }),
      ]);
      const revocation = (await postgresAuthStorage(given.database).revocations.since(0n, 1_000)).find(({ subject }) => subject === userId);
      if (refreshed.status === 'fulfilled') {
        const { iat } = JSON.parse(Buffer.from(refreshed.value.accessToken.split('.')[1] ?? '', 'base64url').toString()) as { iat: number };
        expect(iat).toBeLessThanOrEqual(revocation?.notBefore ?? -1);
        await expect(second().sessions.refresh(refreshed.value.refreshToken, ADDRESS)).rejects.toMatchObject({ code: 'REFRESH_REFUSED' });
      }
      await expect(first().logins.login(person(`race${round}`))).rejects.toMatchObject({ code: 'LOGIN_REFUSED' });
    }
  });

  it('sign with the new key everywhere after it was made to sign at once', async () => {
    const kid = await first().keys.rotate('test', 'now');
    await first().registration.register(person('rotated'));
    expect(decodeProtectedHeader((await first().logins.login(person('rotated'))).accessToken).kid).toBe(kid);
    await until(async () => (await second().keys.current()).kid === kid, 'the other replica to read the keys again');
    expect((await second().keys.published()).signing).toHaveLength(2);
  });
});
