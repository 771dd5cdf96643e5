import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TestIssuer } from '../testing/test-issuer.js';
import { bearer, ordersModule, SECRET } from './orders-service-kit.js';

describe.each(['express', 'fastify'])('a service on %s', (adapter) => {
  let issuer: TestIssuer;
  let app: TestingApp;
  const as = (subject: string, more: object = {}): Record<string, string> =>
    bearer(issuer.serviceToken('order', { subject, roles: ['customer'], ...more }));

  beforeAll(async () => {
    issuer = await TestIssuer.start({ services: { order: SECRET } });
    const module = ordersModule(MinosModule.forRoot({ service: 'order', storage: 'memory' }), { url: issuer.url, secret: SECRET });
    app = await createTestingApp(module, adapter === 'fastify' ? { adapter: new FastifyAdapter() } : {});
  });
  afterAll(async () => {
    await app.close();
    await issuer.stop();
  });

  it('knows who calls', async () => {
    expect(await app.http.get('/orders/mine', as('ann'))).toMatchObject({ status: 200, body: 'ann' });
    const { body } = await app.http.get('/context', { ...as('ann', { tenant: 'north' }), 'x-correlation-id': 'c-1' });
    expect(body).toMatchObject({
      tenant: 'north',
      correlationId: 'c-1',
      principal: { subject: 'ann', roles: ['customer'], tenant: 'north', correlationId: 'c-1', issuer: 'gateway', audience: ['order'] },
    });
  });

  it.each([
    ['no token', {}, 'Bearer'],
    ['an unknown scheme', { authorization: 'Basic YW5uOmFubg==' }, 'Bearer error="invalid_token"'],
    ['two tokens in one', { authorization: 'Bearer a.b.c d.e.f' }, 'Bearer error="invalid_token"'],
    ['a broken token', bearer('a.b.c'), 'Bearer error="invalid_token"'],
  ])('answers %s with 401 and says nothing about why', async (_what, headers, challenge) => {
    const answer = await app.http.get('/orders/mine', headers);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe(challenge);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      type: 'about:blank',
      status: 401,
      title: 'Unauthorized',
      detail: 'The request needs a valid token.',
      code: 'HTTP_UNAUTHORIZED',
    });
    expect(Object.keys(answer.body as object).sort()).toEqual(['code', 'detail', 'status', 'title', 'type']);
  });

  it('takes no token of a client, and none for another service', async () => {
    for (const token of [issuer.accessToken(), issuer.serviceToken('product'), issuer.serviceToken('order', 'anonymous')]) {
      expect((await app.http.get('/orders/mine', bearer(token))).status).toBe(401);
    }
    expect((await app.http.get('/orders/mine', as('ann'))).status).toBe(200);
  });

  it('asks for roles and permissions', async () => {
    const refund = (more: object): Promise<{ readonly status: number }> => app.http.post('/orders/refunds', {}, as('ann', more));
    expect((await app.http.post('/orders', {}, as('ann', { roles: ['guest'] }))).status).toBe(403);
    expect((await app.http.post('/orders', {}, as('ann', { roles: ['guest', 'clerk'] }))).status).toBe(201);
    expect((await refund({ permissions: ['orders.read'] })).status).toBe(403);
    expect((await refund({ permissions: ['orders.refund'] })).status).toBe(201);
    expect((await refund({ roles: ['*'] })).status).toBe(201);
    const { body, headers } = await app.http.post('/orders/refunds', {}, as('ann'));
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ status: 403, title: 'Forbidden' });
  });

  it('keeps what a base class asks for', async () => {
    for (const path of ['/admin', '/admin/inherited']) {
      expect((await app.http.get(path, as('ann'))).status).toBe(403);
      expect((await app.http.get(path, as('root', { roles: ['admin'] }))).status).toBe(200);
    }
  });

  it('lets anybody call what is public', async () => {
    const hours = (headers: Record<string, string>): Promise<{ readonly body: unknown }> => app.http.get('/orders/opening-hours', headers);
    expect((await hours({})).body).toBe('always, stranger');
    expect((await hours(bearer('a.b.c'))).body).toBe('always, stranger');
    expect((await hours(bearer(issuer.serviceToken('order', 'anonymous')))).body).toBe('always, stranger');
    expect((await hours(as('ann'))).body).toBe('always, ann');
    for (const path of ['/health/live', '/health/ready', '/health/startup', '/metrics'])
      expect((await app.http.get(path)).status).toBe(200);
  });

  it('believes no header about who calls', async () => {
    const claims = [
      'x-user',
      'x-user-id',
      'x-principal',
      'x-minos-principal',
      'x-roles',
      'x-user-roles',
      'x-tenant',
      'x-forwarded-user',
      'x-remote-user',
    ];
    const headers = Object.fromEntries(claims.map((name) => [name, 'root']));
    expect((await app.http.get('/orders/mine', headers)).status).toBe(401);
    expect((await app.http.get('/orders/mine', { ...headers, ...as('ann') })).body).toBe('ann');
    const { body } = await app.http.get('/context', { ...headers, ...as('ann') });
    expect(body).toMatchObject({ tenant: '', principal: { subject: 'ann', tenant: '' } });
  });

  it('keeps the idempotency keys of two users apart', async () => {
    const place = (who: string): Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }> =>
      app.http.post('/orders', {}, { ...as(who), 'idempotency-key': 'k-1' });
    const [ann, bob, again] = [await place('ann'), await place('bob'), await place('ann')];
    expect([ann.status, bob.status, again.status]).toEqual([201, 201, 201]);
    expect(ann.body).toMatchObject({ by: 'ann' });
    expect(bob.body).toMatchObject({ by: 'bob' });
    expect(again.body).toEqual(ann.body);
    expect([bob, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    const stranger = await app.http.post('/orders', {}, { 'idempotency-key': 'k-1' });
    expect(stranger.status).toBe(401);
  });

  it('refuses within five seconds what was taken back', async () => {
    const headers = as('mallory');
    expect((await app.http.get('/orders/mine', headers)).status).toBe(200);
    issuer.revoke({ subject: 'mallory', notBefore: Math.floor(Date.now() / 1000) });
    await until(async () => (await app.http.get('/orders/mine', headers)).status === 401, 'the token to be refused', 5_000);
    expect((await app.http.get('/orders/mine', as('ann'))).status).toBe(200);
  });

  it('says in its health how far a token that was taken back can reach', async () => {
    const auth = async (): Promise<Record<string, unknown>> => {
      const { body } = await app.http.get<{ details: { auth: Record<string, unknown> } }>('/health/ready');
      return body.details.auth;
    };
    expect(await auth()).toMatchObject({ status: 'up', revocations: 'following' });
    issuer.away('refused');
    await until(async () => (await auth())['revocations'] === 'down', 'the stream to be missed');
    expect(await auth()).toMatchObject({ status: 'up', revocations: 'down', tokensEndWithinMs: 300_000 });
    expect((await app.http.get('/orders/mine', as('ann'))).status).toBe(200);
    issuer.away('none');
    await until(async () => (await auth())['revocations'] === 'following', 'the stream to be back');
  });

  it('takes the tokens of a new key, and refuses nobody while the keys are away', async () => {
    issuer.rotate();
    expect((await app.http.get('/orders/mine', as('ann'))).status).toBe(200);
    issuer.away('broken');
    issuer.rotate();
    const answer = await app.http.get('/orders/mine', as('ann'));
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    issuer.away('none');
    await until(async () => (await app.http.get('/orders/mine', as('ann'))).status === 200, 'the keys to be back');
  });
});
