import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { AuthAppModule } from './auth-app.module.js';

interface Pair {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

describe.each(['memory', 'postgres'] as const)('the auth service on %s', (storage) => {
  let server: TestDatabase | undefined;
  let auth: TestingApp;
  const person = { email: 'Ann@Example.org', password: 'a quiet forest' };

  beforeAll(async () => {
    server = storage === 'postgres' ? await createTestDatabase() : undefined;
    auth = await createTestingApp(AuthAppModule, { storage, ...(server === undefined ? {} : { database: { url: server.url, max: 5 } }) });
  });
  afterAll(async () => {
    await auth?.close();
    await server?.drop();
  });

  it('registers, signs in, refreshes and signs out', async () => {
    const registered = await auth.http.post<{ userId: string }>('/auth/register', person);
    expect(registered).toMatchObject({ status: 201 });
    expect(await auth.http.post('/auth/register', person)).toMatchObject({ status: 201, body: registered.body });
    const login = await auth.http.post<Pair>('/auth/login', person);
    expect(login).toMatchObject({ status: 200, body: { expiresIn: 300 } });
    const next = await auth.http.post<Pair>('/auth/refresh', { refreshToken: login.body.refreshToken });
    expect(next.status).toBe(200);
    const { keys } = (await auth.http.get<{ keys: unknown[] }>('/.well-known/jwks.json')).body;
    expect(keys).toEqual([expect.objectContaining({ alg: 'RS256', kind: 'access', iss: 'auth', use: 'sig' })]);
    const bearer = { authorization: `Bearer ${next.body.accessToken}` };
    expect(await auth.http.post('/auth/logout', undefined, bearer)).toMatchObject({ status: 204 });
    expect(await auth.http.post('/auth/refresh', { refreshToken: next.body.refreshToken })).toMatchObject({ status: 401 });
    expect(await auth.http.post('/auth/logout', undefined, bearer)).toMatchObject({ status: 401 });
  });
});
