import { generateKeyPairSync } from 'node:crypto';
import { AUTH_STORAGE, type AuthStorage } from '@minos/auth/server';
import { until } from '@minos/common/testing';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Database } from '@minos/postgres';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import type { TestingApp } from '@minos/nest/testing';
import { basic, bearer, login, loginAdmin, type Pair, PASSWORD, readRevocations, register, SECRETS, startAuth } from '../test/auth-kit.js';

interface Problem {
  readonly code?: string;
  readonly errors?: readonly { readonly path: string }[];
}

/** What guesses cost, long enough that all of them come within it. */
const DELAY_MS = 300_000;
const newJwk = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });

describe.each(['memory', 'postgres', 'fastify'] as const)('the auth service on %s', (kind) => {
  let server: TestDatabase | undefined;
  let auth: TestingApp;

  beforeAll(async () => {
    server = kind === 'postgres' ? await createTestDatabase() : undefined;
    const adapter = kind === 'fastify' ? { adapter: new FastifyAdapter() } : {};
    auth = await startAuth(
      server === undefined ? { storage: 'memory', ...adapter } : { storage: 'postgres', database: { url: server.url } },
      { throttle: { firstDelay: DELAY_MS } },
    );
  });
  afterAll(async () => {
    await auth?.close();
    await server?.drop();
  });

  it('registers, signs in, refreshes and signs out', async () => {
    const person = { email: 'Ann@Example.org', password: PASSWORD };
    const registered = await auth.http.post<{ userId: string }>('/auth/register', person);
    expect(registered).toMatchObject({ status: 201 });
    expect(await auth.http.post('/auth/register', person)).toMatchObject({ status: 201, body: registered.body });
    const first = await auth.http.post<Pair>('/auth/login', person);
    expect(first).toMatchObject({ status: 200, body: { expiresIn: 300 } });
    expect(first.headers.get('cache-control')).toBe('no-store');
    const next = await auth.http.post<Pair>('/auth/refresh', { refreshToken: first.body.refreshToken });
    expect(next.status).toBe(200);
    expect(await auth.http.post('/auth/logout', undefined, bearer(next.body))).toMatchObject({ status: 204 });
    expect(await auth.http.post('/auth/refresh', { refreshToken: next.body.refreshToken })).toMatchObject({ status: 401 });
    const again = await auth.http.post<Problem>('/auth/logout', undefined, bearer(next.body));
    expect(again).toMatchObject({ status: 401, body: { code: 'CALLER_UNKNOWN' } });
    expect(again.headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each([
    ['/auth/register', { email: 'a@example.org', password: PASSWORD, roles: ['admin'] }, ['roles']],
    ['/auth/register', { email: 5, password: PASSWORD }, ['email']],
    ['/auth/register', { email: 'nobody', password: PASSWORD }, ['email']],
    ['/auth/register', { email: 'a@example.org', password: 'short' }, ['password']],
    ['/auth/register', { email: 'a@example.org', password: 'password123' }, ['password']],
    ['/auth/login', { email: 'a@example.org' }, ['password']],
    ['/auth/login', { email: 'a@example.org', password: PASSWORD, admin: true }, ['admin']],
    ['/auth/refresh', { refreshToken: ['x'] }, ['refreshToken']],
    ['/auth/refresh', {}, ['refreshToken']],
    ['/auth/logout', { all: true }, ['all']],
    ['/auth/token', { grant_type: 'password' }, ['grant_type']],
  ])('refuses at %s %j', async (path, body, paths) => {
    const answer = await auth.http.post<Problem>(path, body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.errors?.map((error) => error.path)).toEqual(paths);
  });

  it('ends the session when a refresh token comes again', async () => {
    const { refreshToken } = await login(auth, await register(auth));
    const next = (await auth.http.post<Pair>('/auth/refresh', { refreshToken })).body;
    const old = await auth.http.post<Problem>('/auth/refresh', { refreshToken });
    expect(old).toMatchObject({ status: 401, body: { code: 'REFRESH_REFUSED' } });
    expect(await auth.http.post('/auth/refresh', { refreshToken: next.refreshToken })).toMatchObject({ status: 401, body: old.body });
    expect(await auth.http.post('/auth/refresh', { refreshToken: 'x' })).toMatchObject({ status: 401, body: old.body });
  });

  it('changes the password of who calls, and ends all other sessions', async () => {
    const person = await register(auth);
    const [here, there] = [await login(auth, person), await login(auth, person)];
    const change = { oldPassword: PASSWORD, newPassword: 'a louder forest' };
    expect(await auth.http.post('/auth/password', change)).toMatchObject({ status: 401 });
    expect(await auth.http.post('/auth/password', { ...change, oldPassword: 'a wrong forest' }, bearer(here))).toMatchObject({
      status: 401,
    });
    expect(await auth.http.post('/auth/password', { oldPassword: PASSWORD }, bearer(here))).toMatchObject({ status: 400 });
    const changed = await auth.http.post<Pair>('/auth/password', change, bearer(here));
    expect(changed.status).toBe(200);
    for (const { refreshToken } of [here, there])
      expect(await auth.http.post('/auth/refresh', { refreshToken })).toMatchObject({ status: 401 });
    expect(await auth.http.post('/auth/refresh', { refreshToken: changed.body.refreshToken })).toMatchObject({ status: 200 });
    expect(await auth.http.post('/auth/login', { email: person.email, password: 'a louder forest' })).toMatchObject({ status: 200 });
  });

  it('lets administrators alone see and change accounts and roles', async () => {
    const person = await register(auth);
    const [user, admin] = [await login(auth, person), await loginAdmin(auth)];
    const json = { 'content-type': 'application/json' };
    const roles = JSON.stringify({ roles: ['clerk'] });
    const permissions = JSON.stringify({ permissions: ['orders.refund'] });
    const routes: readonly (readonly [string, string, string?])[] = [
      ['GET', '/auth/users?limit=1'],
      ['POST', `/auth/users/${person.userId}/disable`],
      ['POST', `/auth/users/${person.userId}/enable`],
      ['PUT', `/auth/users/${person.userId}/roles`, roles],
      ['PUT', '/auth/roles/clerk', permissions],
      ['GET', '/auth/roles/clerk'],
    ];
    const send = ([method, path, body]: (typeof routes)[number], headers: Record<string, string>) =>
      auth.http.send<Record<string, unknown>>(method, path, {
        headers: { ...(body === undefined ? {} : json), ...headers },
        ...(body === undefined ? {} : { body }),
      });
    for (const route of routes) {
      expect([route, (await send(route, {})).status]).toEqual([route, 401]);
      expect([route, (await send(route, { authorization: 'Bearer x.y.z' })).status]).toEqual([route, 401]);
      expect([route, (await send(route, bearer(user))).status]).toEqual([route, 403]);
    }
    for (const route of routes) expect([route, (await send(route, bearer(admin))).status]).toEqual([route, 200]);
    const again = await login(auth, person);
    const claims = JSON.parse(Buffer.from(again.accessToken.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
    expect(claims).toMatchObject({ roles: ['clerk'], permissions: ['orders.refund'] });
    const page = await send(['GET', '/auth/users?limit=1'], bearer(admin));
    expect(page.body).toMatchObject({ items: [{ id: expect.any(String) as string }], next: expect.any(String) as string });
    expect(JSON.stringify(page.body)).not.toContain('argon2');
  });

  it('takes no nonsense from administrators, nor their own account', async () => {
    const admin = await loginAdmin(auth);
    const put = (path: string, body: unknown) =>
      auth.http.send('PUT', path, { headers: { 'content-type': 'application/json', ...bearer(admin) }, body: JSON.stringify(body) });
    expect(await auth.http.post(`/auth/users/${admin.userId}/disable`, undefined, bearer(admin))).toMatchObject({
      status: 409,
      body: { code: 'ACCOUNT_IS_OWN' },
    });
    expect(await put(`/auth/users/${admin.userId}/roles`, { roles: [] })).toMatchObject({ status: 409 });
    for (const id of ['x', '%00', crypto.randomUUID()])
      expect(await auth.http.post(`/auth/users/${id}/disable`, undefined, bearer(admin))).toMatchObject({ status: 404 });
    for (const roles of [undefined, 'admin', ['*'], ['A'], [5], Array(51).fill('a')])
      expect(await put(`/auth/users/${admin.userId}/roles`, { roles })).toMatchObject({ status: 400 });
    expect(await put('/auth/roles/A', { permissions: [] })).toMatchObject({ status: 404 });
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'after=x', 'other=1'])
      expect(await auth.http.get(`/auth/users?${query}`, bearer(admin))).toMatchObject({ status: 400 });
  });

  it('publishes its keys, to be kept for a while', async () => {
    const answer = await auth.http.get<{ keys: Record<string, unknown>[] }>('/.well-known/jwks.json');
    expect(answer.body.keys[0]).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig', kind: 'access', iss: 'auth' });
    expect(Object.keys(answer.body.keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'iss', 'kid', 'kind', 'kty', 'n', 'use']);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=60');
    expect(await auth.http.get('/.well-known/jwks.json', { 'if-none-match': answer.headers.get('etag') ?? '' })).toMatchObject({
      status: 304,
      body: '',
    });
  });

  it('registers keys of the gateway, and of nobody else', async () => {
    const body = { jwk: newJwk(), ttl: 600 };
    const registered = await auth.http.post<{ kid: string; expiresAt: string }>('/auth/service-keys', body, basic('gateway'));
    expect(registered).toMatchObject({ status: 201, body: { kid: expect.any(String) as string } });
    expect(Date.parse(registered.body.expiresAt)).toBeGreaterThan(Date.now() + 500_000);
    const { keys } = (await auth.http.get<{ keys: { kid: string }[] }>('/.well-known/jwks.json')).body;
    expect(keys.find(({ kid }) => kid === registered.body.kid)).toMatchObject({
      kind: 'service',
      iss: 'gateway',
      alg: 'ES256',
      use: 'sig',
    });
    expect(await auth.http.post('/auth/service-keys', body, basic('order'))).toMatchObject({
      status: 403,
      body: { code: 'SERVICE_NOT_MINTER' },
    });
    for (const headers of [
      {},
      basic('gateway', 'wrong'),
      basic('order', SECRETS.gateway),
      { authorization: 'Basic x' },
      bearer({ accessToken: 'x' }),
    ])
      expect(await auth.http.post('/auth/service-keys', body, headers)).toMatchObject({ status: 401 });
    expect(await auth.http.post('/auth/service-keys', { ...body, iss: 'auth' }, basic('gateway'))).toMatchObject({ status: 400 });
    expect(await auth.http.post('/auth/service-keys', undefined, basic('gateway'))).toMatchObject({ status: 400 });
  });

  it('keeps the keys that services sign messages with', async () => {
    const registered = await auth.http.post<{ kid: string }>('/auth/message-keys', { jwk: newJwk() }, basic('order'));
    expect(registered.status).toBe(201);
    const { kid } = registered.body;
    const find = (kids: unknown, headers = basic('gateway')) =>
      auth.http.post<{ keys: { jwk: object }[] }>('/auth/message-keys/find', { kids }, headers);
    const found = await find(['x'.repeat(43), kid]);
    expect(found).toMatchObject({ status: 200, body: { keys: [{ kid, service: 'order', jwk: { kty: 'EC', crv: 'P-256' } }] } });
    const body = { jwk: found.body.keys[0]?.jwk };
    expect(await auth.http.post('/auth/message-keys', body, basic('order'))).toMatchObject({ status: 201 });
    expect(await auth.http.post('/auth/message-keys', body, basic('gateway'))).toMatchObject({ status: 400 });
    expect(await find([kid], {})).toMatchObject({ status: 401 });
    expect(await find(Array(1_000).fill(kid))).toMatchObject({ status: 200 });
    for (const wrong of [undefined, kid, [], ['x'], [kid, 5], Array(1_001).fill(kid)])
      expect(await find(wrong)).toMatchObject({ status: 400, body: { code: 'SERVICE_KEY_REFUSED' } });
    const { keys } = (await auth.http.get<{ keys: { kid: string }[] }>('/.well-known/jwks.json')).body;
    expect(keys.map((key) => key.kid)).not.toContain(kid);
  });

  it('answers services of an older version, which ask for one key of messages at a time', async () => {
    const jwk = newJwk();
    const { kid } = (await auth.http.post<{ kid: string }>('/auth/message-keys', { jwk }, basic('order'))).body;
    const find = (id: string, headers = basic('gateway')) => auth.http.get(`/auth/message-keys/${id}`, headers);
    const found = await find(kid);
    expect([found.status, found.headers.get('cache-control')]).toEqual([200, 'private, max-age=86400, immutable']);
    expect(found.body).toMatchObject({ kid, service: 'order', jwk: { kty: 'EC', crv: 'P-256' } });
    for (const other of ['x'.repeat(43), 'x', 'find']) expect(await find(other)).toMatchObject({ status: 404 });
    expect(await find(kid, {})).toMatchObject({ status: 401 });
  });

  it('gives services tokens of their own', async () => {
    const answer = await auth.http.post<{ access_token: string }>('/auth/token', { grant_type: 'client_credentials' }, basic('order'));
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 300 } });
    const claims = JSON.parse(Buffer.from(answer.body.access_token.split('.')[1] ?? '', 'base64url').toString()) as unknown;
    expect(claims).toMatchObject({ sub: 'service:order', roles: ['service'] });
    expect(await auth.http.post('/auth/token', { grant_type: 'client_credentials' }, basic('order', 'wrong'))).toMatchObject({
      status: 401,
    });
    if (kind === 'fastify') return;
    const form = {
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...basic('order') },
      body: 'grant_type=client_credentials',
    };
    expect(await auth.http.send('POST', '/auth/token', form)).toMatchObject({ status: 200 });
  });

  it('tells services what is revoked, for as long as they listen, and from where they were', async () => {
    const person = await register(auth);
    const pair = await login(auth, person);
    expect((await auth.http.get('/auth/revocations')).status).toBe(401);
    const reader = await readRevocations(auth, basic('order'));
    await until(() => reader.text().includes('event: caught-up'));
    const begun = Math.floor(Date.now() / 1000);
    await auth.http.post('/auth/logout', undefined, bearer(pair));
    const ended = Math.ceil(Date.now() / 1000);
    const line = await until(
      () =>
        reader
          .text()
          .split('\n')
          .find((one) => one.startsWith('data: {"subject"') && one.includes(person.userId)),
      'the event',
      60_000,
    );
    const data = JSON.parse(line.slice(6)) as { notBefore: number };
    expect(data).toEqual({ subject: person.userId, session: expect.any(String) as string, notBefore: expect.any(Number) as number });
    expect(data.notBefore).toBeGreaterThanOrEqual(begun);
    expect(data.notBefore).toBeLessThanOrEqual(ended + 1);
    reader.close();
    const id = /id: (\d+)\n/.exec(reader.text().split('caught-up')[1] ?? '')?.[1] ?? '';
    const resumed = await readRevocations(auth, { ...basic('order'), 'last-event-id': id });
    await until(() => resumed.text().includes('event: caught-up'));
    expect(resumed.text()).not.toContain('event: revoked');
    resumed.close();
  });

  it('takes a role away at once, also from a token that still names it', async () => {
    const [boss, other] = [await loginAdmin(auth), await loginAdmin(auth)];
    const put = { headers: { 'content-type': 'application/json', ...bearer(boss) }, body: JSON.stringify({ roles: [] }) };
    expect(await auth.http.get('/auth/users', bearer(other))).toMatchObject({ status: 200 });
    expect(await auth.http.send('PUT', `/auth/users/${other.userId}/roles`, put)).toMatchObject({ status: 200 });
    expect(await auth.http.get('/auth/users', bearer(other))).toMatchObject({ status: 401 });
    const { body } = await auth.http.post<Pair>('/auth/refresh', { refreshToken: other.refreshToken });
    expect(await auth.http.get('/auth/users', bearer(body))).toMatchObject({ status: 403 });
  });

  it('has no password of a service to change', async () => {
    const { body } = await auth.http.post<{ access_token: string }>('/auth/token', { grant_type: 'client_credentials' }, basic('order'));
    const change = { oldPassword: PASSWORD, newPassword: 'a louder forest' };
    const answer = await auth.http.post('/auth/password', change, bearer({ accessToken: body.access_token }));
    expect(answer).toMatchObject({ status: 401, body: { code: 'LOGIN_REFUSED' } });
  });

  it('takes a disabled account out at once', async () => {
    const person = await register(auth);
    const [pair, admin] = [await login(auth, person), await loginAdmin(auth)];
    expect(await auth.http.post(`/auth/users/${person.userId}/disable`, undefined, bearer(admin))).toMatchObject({
      status: 200,
      body: { disabled: true },
    });
    expect(await auth.http.post('/auth/logout', undefined, bearer(pair))).toMatchObject({ status: 401 });
    expect(await auth.http.post('/auth/refresh', { refreshToken: pair.refreshToken })).toMatchObject({ status: 401 });
    expect(await auth.http.post('/auth/login', { email: person.email, password: PASSWORD })).toMatchObject({
      status: 401,
      body: { code: 'LOGIN_REFUSED' },
    });
    const events = (await auth.get<AuthStorage>(AUTH_STORAGE).audit.list(50)).map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(['account.disabled', 'login.failed']));
  });

  it('says how long to wait after too many attempts', async () => {
    const { email } = await register(auth);
    const guesses = await Promise.all(
      Array.from({ length: 10 }, () => auth.http.post('/auth/login', { email, password: 'a wrong forest' })),
    );
    const late = guesses.filter(({ status }) => status === 429);
    expect([guesses.filter(({ status }) => status === 401).length, late.length]).toEqual([6, 4]);
    const wait = Number(late[0]?.headers.get('retry-after')) * 1_000;
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(DELAY_MS);
    expect(late[0]?.body).toMatchObject({ code: 'LOGIN_DELAYED' });
  });

  it('is healthy and has figures with few labels', async () => {
    expect(await auth.http.get('/health/ready')).toMatchObject({ status: 200, body: { info: { 'auth-server': { status: 'up' } } } });
    const { body } = await auth.http.get<string>('/metrics');
    expect(body).toMatch(/minos_auth_logins_total\{outcome="succeeded"\} \d+/);
    expect(body).toMatch(/minos_auth_refreshes_total\{outcome="reused"\} \d+/);
    for (const gauge of ['passwords_running', 'passwords_waiting', 'revocation_readers', 'revocations_seen_age_seconds'])
      expect(body).toMatch(new RegExp(`^minos_auth_${gauge} [\\d.e-]+$`, 'm'));
    expect(body).toContain('# TYPE minos_auth_registrations_total counter');
    expect(body).not.toContain('@example.org');
  });

  if (kind === 'postgres')
    it('keeps nothing under an Idempotency-Key where tokens or passwords are', async () => {
      const database = new Database({ connectionString: server?.url ?? '', max: 1 });
      const kept = async () => (await database.query('select * from minos.idempotency_keys')).rows;
      const key = { 'idempotency-key': 'one-key' };
      const email = 'keyed@example.org';
      expect(await auth.http.post('/auth/register', { email, password: PASSWORD }, key)).toMatchObject({ status: 201 });
      const first = await auth.http.post<Pair>('/auth/login', { email, password: PASSWORD }, key);
      const second = await auth.http.post<Pair>('/auth/login', { email, password: PASSWORD }, key);
      expect([first.status, second.status]).toEqual([200, 200]);
      expect(second.body.refreshToken).not.toBe(first.body.refreshToken);
      await auth.http.post('/auth/login', { email, password: 'a wrong forest' }, key);
      const { body } = await auth.http.post<Pair>('/auth/refresh', { refreshToken: first.body.refreshToken }, key);
      await auth.http.post('/auth/password', { oldPassword: PASSWORD, newPassword: 'a louder forest' }, { ...key, ...bearer(body) });
      await auth.http.post('/auth/token', { grant_type: 'client_credentials' }, { ...key, ...basic('order') });
      await auth.http.post('/auth/service-keys', { jwk: newJwk(), ttl: 60 }, { ...key, ...basic('gateway') });
      await auth.http.post('/auth/logout', { refreshToken: second.body.refreshToken }, key);
      expect(await kept()).toEqual([]);
      const [admin, person] = [await loginAdmin(auth), await register(auth)];
      await auth.http.post(`/auth/users/${person.userId}/disable`, undefined, { ...key, ...bearer(admin) });
      expect(await kept()).toHaveLength(1);
      await database.close();
    });
});
