import { AuthClient } from '@minos/auth';
import { AuthServer } from '@minos/auth/server';
import { until } from '@minos/common/testing';
import type { TestingApp } from '@minos/nest/testing';
import { bearer, login, loginAdmin, register, SECRETS, startAuth } from '../test/auth-kit.js';

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
    await until(() => isRevoked(pair.accessToken), 'the end of the token', 5_000);
    expect(await isRevoked(other.accessToken)).toBe(false);
    const admin = await loginAdmin(auth);
    await auth.http.post(`/auth/users/${person.userId}/disable`, undefined, bearer(admin));
    await until(() => isRevoked(other.accessToken), 'the end of the token', 5_000);
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
    await until(() => subjectOf(after.accessToken), 'the new key', 15_000);
  });

  it('take what the gateway mints, also for the auth service itself', async () => {
    const person = await register(auth);
    const pair = await login(auth, person);
    const principal = await gateway.verifier.verifyToken(pair.accessToken);
    const minter = await gateway.openMinter();
    const forOrder = minter.mint(principal, 'order');
    expect(await until(() => subjectOf(forOrder), 'the key of the gateway', 15_000)).toBe(person.userId);
    const forAuth = minter.mint(principal, 'auth');
    expect((await auth.http.post('/auth/logout', undefined, { authorization: `Bearer ${forOrder}` })).status).toBe(401);
    expect((await auth.http.post('/auth/logout', undefined, { authorization: `Bearer ${forAuth}` })).status).toBe(204);
    expect((await auth.http.post('/auth/refresh', { refreshToken: pair.refreshToken })).status).toBe(401);
    const anonymous = minter.mint(undefined, 'auth');
    expect(
      (await auth.http.post('/auth/logout', { refreshToken: pair.refreshToken }, { authorization: `Bearer ${anonymous}` })).status,
    ).toBe(204);
  });
});
