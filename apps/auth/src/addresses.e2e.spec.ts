import { AuthClient } from '@minos/auth';
import { AUTH_STORAGE, type AuthStorage } from '@minos/auth/server';
import { GatewayModule } from '@minos/gateway/module';
import type { TestingApp } from '@minos/nest/testing';
import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { login, PASSWORD, register, SECRETS, startAuth } from '../test/auth-kit.js';

const LIMIT = 3;
const MINE = '127.0.0.1';
const CLIENTS = ['198.51.100.1', '198.51.100.2', '198.51.100.3', '198.51.100.4', '198.51.100.5'];

describe.each(['express', 'fastify'])('whom the auth service on %s takes a request to come from', (adapter) => {
  let auth: TestingApp;
  let gateway: AuthClient;
  let doors: INestApplication[];

  beforeEach(async () => {
    doors = [];
    auth = await startAuth(
      { storage: 'memory', ...(adapter === 'fastify' ? { adapter: new FastifyAdapter() } : {}) },
      { throttle: { logins: LIMIT } },
    );
    gateway = new AuthClient({ url: auth.http.url, service: 'gateway', secret: SECRETS.gateway, accessTokens: { audience: 'shop' } });
    await gateway.open();
  });
  afterEach(async () => {
    for (const door of doors) await door.close();
    await gateway?.close();
    await auth?.close();
  });

  /** The statuses of sign-ins that each say to come from another address. */
  async function signIns(url: string, headers: Record<string, string> = {}): Promise<number[]> {
    const statuses: number[] = [];
    for (const [at, client] of CLIENTS.entries()) {
      const response = await fetch(`${url}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': client, ...headers },
        body: JSON.stringify({ email: `u${at}@example.org`, password: PASSWORD }),
      });
      statuses.push(response.status);
      await response.arrayBuffer();
    }
    return statuses;
  }

  const addressesTried = async (): Promise<unknown[]> =>
    (await auth.get<AuthStorage>(AUTH_STORAGE).audit.list(50))
      .filter(({ event }) => event === 'login.failed')
      .map(({ address }) => address)
      .reverse();

  /** A real gateway before the service. */
  async function door(trustedProxies: readonly string[]): Promise<string> {
    @Module({
      imports: [
        GatewayModule.forRoot({
          service: 'gateway',
          routes: [{ path: '/auth/{rest...}', service: 'auth', access: { public: true } }],
          services: { auth: [auth.http.url] },
          verifier: gateway.verifier,
          minter: await gateway.openMinter(),
          trustedProxies,
          accessLog: false,
        }),
      ],
    })
    class DoorModule {}
    const app = await NestFactory.create(DoorModule, { logger: false });
    doors.push(app);
    await app.listen(0, '127.0.0.1');
    return app.getUrl();
  }

  it('is itself where a client asks directly, whatever it says', async () => {
    expect(await signIns(auth.http.url)).toEqual([401, 401, 401, 429, 429]);
    expect(await addressesTried()).toEqual([MINE, MINE, MINE]);
  });

  it('is itself also with any token that a client can have, or that is for another service', async () => {
    const { accessToken } = await login(auth, await register(auth));
    const minter = await gateway.openMinter();
    for (const token of [accessToken, minter.mint(undefined, 'order'), 'a.b.c'])
      expect((await signIns(auth.http.url, { authorization: `Bearer ${token}` })).at(-1)).toBe(429);
    expect((await addressesTried()).filter((address) => CLIENTS.includes(String(address)))).toEqual([]);
  });

  it('is the client where the gateway says so, in no network that anybody has named', async () => {
    const url = await door([MINE]);
    expect(await signIns(url)).toEqual([401, 401, 401, 401, 401]);
    expect(await addressesTried()).toEqual(CLIENTS);
  });

  it('is the client of the gateway, whatever that one says: the gateway believes no client either', async () => {
    const url = await door([]);
    expect(await signIns(url)).toEqual([401, 401, 401, 429, 429]);
    expect(await addressesTried()).toEqual([MINE, MINE, MINE]);
  });
});
