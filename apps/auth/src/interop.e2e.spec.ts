import { AuthClient } from '@minos/auth';
import { AuthServer } from '@minos/auth/server';
import type { Principal } from '@minos/common';
import { until } from '@minos/common/testing';
import type { TestingApp } from '@minos/nest/testing';
import { bearer, login, loginAdmin, type Pair, PASSWORD, type Person, register, SECRETS, startAuth } from '../test/auth-kit.js';

type Admin = Pair & Person;
type Headers = Record<string, string>;

describe('a service and the auth service', () => {
  let auth: TestingApp;
  let order: AuthClient;
  let gateway: AuthClient;
  beforeAll(async () => {
    auth = await startAuth({ storage: 'memory' });
    order = new AuthClient({ url: auth.http.url, service: 'order', secret: SECRETS.order, accessTokens: { audience: 'shop' } });
    gateway = new AuthClient({ url: auth.http.url, service: 'gateway', secret: SECRETS.gateway, accessTokens: { audience: 'shop' } });
    await order.open();
    await gateway.open();
  });
  afterAll(async () => {
    await order?.close();
    await gateway?.close();
    await auth?.close();
  });

  const send = (method: string, path: string, headers: Headers, body: unknown) =>
    auth.http.send(method, path, { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

  /** Of a token that the service takes. */
  async function subjectOf(token: string): Promise<string | undefined> {
    try {
      return (await order.verifier.verifyToken(token)).subject;
    } catch {
      return undefined;
    }
  }

  async function isRevoked(token: string): Promise<boolean> {
    try {
      await order.verifier.verifyToken(token);
      return false;
    } catch (error) {
      return (error as { readonly fault?: string }).fault === 'revoked';
    }
  }

  it('agree on tokens, and on their end', async () => {
    const person = await register(auth);
    const pair = await login(auth, person);
    const principal = await order.verifier.verifyToken(pair.accessToken);
    expect(principal).toMatchObject({ subject: person.userId, roles: [], tenant: '', issuer: 'auth' });
    const other = await login(auth, person);
    await auth.http.post('/auth/logout', undefined, bearer(pair));
    await until(() => isRevoked(pair.accessToken), 'the end of the token');
    expect(await isRevoked(other.accessToken)).toBe(false);
    const admin = await loginAdmin(auth);
    await auth.http.post(`/auth/users/${person.userId}/disable`, undefined, bearer(admin));
    await until(() => isRevoked(other.accessToken), 'the end of the token');
    await auth.http.post(`/auth/users/${person.userId}/enable`, undefined, bearer(admin));
    const again = await login(auth, person);
    await order.verifier.verifyToken(again.accessToken);
  });

  it('go through a rotation', async () => {
    const person = await register(auth);
    const before = await login(auth, person);
    await auth.get<AuthServer>(AuthServer).keys.rotate('t', 'now');
    const after = await login(auth, person);
    await order.verifier.verifyToken(before.accessToken);
    await until(() => subjectOf(after.accessToken), 'the new key');
  });

  it('take what the gateway mints, also for the auth service itself', async () => {
    const person = await register(auth);
    const pair = await login(auth, person);
    const principal = await gateway.verifier.verifyToken(pair.accessToken);
    const minter = await gateway.openMinter();
    const forOrder = minter.mint(principal, 'order');
    expect(await until(() => subjectOf(forOrder), 'the key of the gateway')).toBe(person.userId);
    const forAuth = minter.mint(principal, 'auth');
    expect((await auth.http.post('/auth/logout', undefined, { authorization: `Bearer ${forOrder}` })).status).toBe(401);
    expect((await auth.http.post('/auth/logout', undefined, { authorization: `Bearer ${forAuth}` })).status).toBe(204);
    expect((await auth.http.post('/auth/refresh', { refreshToken: pair.refreshToken })).status).toBe(401);
    const anonymous = minter.mint(undefined, 'auth');
    expect(
      (await auth.http.post('/auth/logout', { refreshToken: pair.refreshToken }, { authorization: `Bearer ${anonymous}` })).status,
    ).toBe(204);
  });

  it.each([
    ['the session ends', (one: Admin) => auth.http.post('/auth/logout', { refreshToken: one.refreshToken })],
    ['the role is taken', (one: Admin, by: Headers) => send('PUT', `/auth/users/${one.userId}/roles`, by, { roles: [] })],
    ['the account is disabled', (one: Admin, by: Headers) => auth.http.post(`/auth/users/${one.userId}/disable`, undefined, by)],
    [
      'the password changes',
      (one: Admin) => auth.http.post('/auth/password', { oldPassword: PASSWORD, newPassword: 'a louder forest' }, bearer(one)),
    ],
  ])('end together with the tokens that they stand for, also where the gateway has not heard of it: %s', async (what, end) => {
    const [one, boss] = [await loginAdmin(auth), await loginAdmin(auth)];
    const [principal, minter] = [await gateway.verifier.verifyToken(one.accessToken), await gateway.openMinter()];
    const { session: _session, ...sessionless } = principal;
    const through = (who: Principal): Promise<number> =>
      auth.http.get('/auth/users', { authorization: `Bearer ${minter.mint(who, 'auth')}` }).then(({ status }) => status);
    await until(async () => (await through(principal)) === 200, 'the key of the minter');
    expect((await end(one, bearer(boss))).status).toBeLessThan(300);
    expect(await through(principal)).toBe(401);
    // Made only now, for somebody who was known before.
    expect(await through({ ...principal, correlationId: 'later', permissions: ['later'] })).toBe(401);
    if (what !== 'the session ends') await until(async () => (await through(sessionless)) === 401, 'the end of a token without a session');
    expect(await through(await gateway.verifier.verifyToken(boss.accessToken))).toBe(200);
  });
});
