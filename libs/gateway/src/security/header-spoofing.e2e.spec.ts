import type { Endpoint } from '@minos/discovery';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { exchangeBytes, statusesIn } from '../front-door/exchange-bytes-kit.js';
import { ROUTES, TestService } from '../front-door/front-door-kit.js';
import { NestDoor } from '../module/nest-door-kit.js';

const ADAPTERS: readonly [string, () => AbstractHttpAdapter][] = [
  ['express', () => new ExpressAdapter()],
  ['fastify', () => new FastifyAdapter()],
];

const ENDPOINTS: readonly Endpoint[] = [{ method: '*', path: '/open', access: ROUTES.public }];

/** What servers and frameworks believe about the caller, the address, the path or the method. */
const HEADERS = [
  'Forwarded',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Forwarded-Port',
  'X-Forwarded-Prefix',
  'X-Forwarded-Server',
  'X-Forwarded-User',
  'X-Forwarded-Email',
  'X-Forwarded-Groups',
  'X-Forwarded-Access-Token',
  'X-Real-IP',
  'X-Client-IP',
  'Client-IP',
  'True-Client-IP',
  'CF-Connecting-IP',
  'X-Cluster-Client-IP',
  'X-Original-URL',
  'X-Rewrite-URL',
  'X-Original-Host',
  'X-Original-URI',
  'X-HTTP-Method-Override',
  'X-Method-Override',
  'X-User',
  'X-User-Id',
  'X-User-Roles',
  'X-Roles',
  'X-Principal',
  'X-Tenant',
  'X-Tenant-Id',
  'X-Remote-User',
  'Remote-User',
  'X-Auth-Request-User',
  'X-Authenticated-User',
  'X-Minos-Principal',
  'X-Minos-Tenant',
  'Minos-Deadline',
  'X-Consumer-Username',
  'X-JWT-Assertion',
  'X-SSL-Client-Cert',
  'SSL-Client-Verify',
  'X-MS-CLIENT-PRINCIPAL',
  'X-Envoy-External-Address',
  'X-Request-Id',
  'X-Internal-Service',
  'X-Service-Token',
  'Proxy-Authorization',
  'Proxy-Connection',
  'Via',
];

const EVIL = 'evil-value-1';

/** Ways to send a header past somebody who looks for its name. */
const SPELLINGS: readonly [string, (name: string) => string][] = [
  ['as it is', (name) => `${name}: ${EVIL}\r\n`],
  ['small letters', (name) => `${name.toLowerCase()}: ${EVIL}\r\n`],
  ['capitals', (name) => `${name.toUpperCase()}: ${EVIL}\r\n`],
  ['underscores', (name) => `${name.replaceAll('-', '_')}: ${EVIL}\r\n`],
  ['one underscore', (name) => `${name.replace('-', '_')}: ${EVIL}\r\n`],
  ['dots', (name) => `${name.replaceAll('-', '.')}: ${EVIL}\r\n`],
  ['twice', (name) => `${name}: a\r\n${name}: ${EVIL}\r\n`],
  ['twice, in two spellings', (name) => `${name}: a\r\n${name.replaceAll('-', '_')}: ${EVIL}\r\n`],
  ['named by Connection', (name) => `Connection: keep-alive, ${name}\r\n${name}: ${EVIL}\r\n`],
  ['folded', (name) => `X-A: a\r\n ${name}: ${EVIL}\r\n`],
  ['a blank before the colon', (name) => `${name} : ${EVIL}\r\n`],
  ['behind a bare line feed', (name) => `X-A: a\n${name}: ${EVIL}\r\n`],
  ['a tab before the value', (name) => `${name}:\t${EVIL}\r\n`],
];

describe.each(ADAPTERS)('what clients say about identity, address and path, on %s', (_name, adapter) => {
  let door: NestDoor;
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start('shop');
    door = await NestDoor.start(adapter);
    door.directory.set([service.entry(ENDPOINTS)]);
  });

  afterAll(async () => {
    await door.stop();
    await service.stop();
  });

  beforeEach(() => {
    service.seen.length = 0;
    service.begun = 0;
  });

  const send = (headers: string): Promise<string> =>
    exchangeBytes(door.port, `GET /open HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`, 2_000);

  it.each(SPELLINGS)('does not reach a service: %s', async (_what, spell) => {
    const answers = await Promise.all(HEADERS.map((name) => send(spell(name))));
    expect(answers.every((answer) => statusesIn(answer).length === 1)).toBe(true);
    expect(JSON.stringify(service.seen.map(({ rawHeaders }) => rawHeaders))).not.toContain(EVIL);
    expect(service.seen.every(({ headers }) => headers['x-forwarded-for'] === '127.0.0.1')).toBe(true);
  });

  it('is told from what they may say: the control', async () => {
    for (const name of ['X-Color', 'Accept-Language', 'If-None-Match', 'Prefer', 'X-Correlation-Id', 'Idempotency-Key'])
      expect(statusesIn(await send(`${name}: ${EVIL}\r\n`))).toEqual([200]);
    expect(service.seen.filter(({ rawHeaders }) => rawHeaders.includes(EVIL))).toHaveLength(6);
  });

  it('cannot take away what the gateway says, by naming it in Connection', async () => {
    const named =
      'authorization, x-forwarded-for, forwarded, x-request-id, x-correlation-id, traceparent, minos-deadline, host, content-length';
    expect(statusesIn(await send(`Connection: keep-alive, ${named}\r\n`))).toEqual([200]);
    expect(service.last.headers).toMatchObject({
      authorization: 'Bearer st.shop.anonymous',
      'x-forwarded-for': '127.0.0.1',
      'x-request-id': expect.any(String),
      'minos-deadline': expect.stringMatching(/^\d+$/),
      traceparent: expect.any(String),
    });
  });

  it('is refused where it comes twice and can only be one', async () => {
    for (const name of ['Authorization', 'Host', 'Content-Type', 'Idempotency-Key', 'Origin'])
      expect(statusesIn(await send(`${name}: a\r\n${name}: b\r\n`))).toEqual([400]);
    expect(service.begun).toBe(0);
  });

  it('does not reach a service as a cookie', async () => {
    await send('Cookie: session=secret; theme=dark\r\n');
    expect(service.last.headers.cookie).toBeUndefined();
  });
});

describe('trusted proxies', () => {
  it('say who is behind them, and nobody beyond the first that is not trusted', async () => {
    const service = await TestService.start('shop');
    const door = await NestDoor.start(() => new ExpressAdapter(), { trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'], cookies: ['theme'] });
    door.directory.set([service.entry(ENDPOINTS)]);
    const headers =
      'X-Forwarded-For: 6.6.6.6, 203.0.113.7, 10.1.2.3\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example\r\nCookie: session=secret; theme=dark\r\n';
    await exchangeBytes(door.port, `GET /open HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`, 2_000);
    expect(service.last.headers).toMatchObject({
      'x-forwarded-for': '203.0.113.7, 10.1.2.3, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop.example',
      forwarded: 'for=203.0.113.7;host="shop.example";proto=https',
      cookie: 'theme=dark',
    });
    await door.stop();
    await service.stop();
  });
});
