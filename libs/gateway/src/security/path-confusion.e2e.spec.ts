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

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];
const PROTECTED = ['/admin/users', '/admin/users/{id}', '/products', '/orders/{id}', '/orders/{id}/cancel'];
const OPEN = '/open';
const ENDPOINTS: readonly Endpoint[] = [
  ...PROTECTED.map((path) => ({ method: '*', path, access: ROUTES.admin })),
  { method: '*', path: `${OPEN}/{rest...}`, access: ROUTES.public },
  { method: '*', path: OPEN, access: ROUTES.public },
];

/** Ways to write `path` so that one reader sees the protected path and another one does not. */
const SPELLINGS: readonly [string, (path: string) => string][] = [
  ['as it is', (path) => path],
  ['a slash at its end', (path) => `${path}/`],
  ['two slashes in front', (path) => `/${path}`],
  ['two slashes inside', (path) => path.replace(/\/(?=[^/]*$)/, '//')],
  ['a dot segment', (path) => `/.${path}`],
  ['up from a public path', (path) => `${OPEN}/..${path}`],
  ['up, dots encoded', (path) => `${OPEN}/%2e%2e${path}`],
  ['up, one dot encoded', (path) => `${OPEN}/.%2E${path}`],
  ['up, encoded twice', (path) => `${OPEN}/%252e%252e${path}`],
  ['up, the slash encoded', (path) => `${OPEN}/..%2f${path.slice(1)}`],
  ['up, all encoded', (path) => `${OPEN}/%2e%2e%2f${path.slice(1)}`],
  ['up, slash encoded twice', (path) => `${OPEN}/%2e%2e%252f${path.slice(1)}`],
  ['up, by backslash', (path) => `${OPEN}/..\\${path.slice(1)}`],
  ['up, backslash encoded', (path) => `${OPEN}/..%5c${path.slice(1)}`],
  ['up, with a parameter', (path) => `${OPEN}/..;${path}`],
  ['up, parameter encoded', (path) => `${OPEN}/..%3b${path}`],
  ['up, overlong dots', (path) => `${OPEN}/%c0%ae%c0%ae${path}`],
  ['up, full-width dots', (path) => `${OPEN}/%ef%bc%8e%ef%bc%8e${path}`],
  ['up, full-width slash', (path) => `${OPEN}/..%ef%bc%8f${path.slice(1)}`],
  ['a parameter', (path) => `${path};jsessionid=1`],
  ['a NUL at its end', (path) => `${path}%00`],
  ['a NUL behind a public path', (path) => `${OPEN}/a%00/..${path}`],
  ['a letter encoded', (path) => path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`)],
  ['another case', (path) => path.toUpperCase()],
  ['a fragment', (path) => `${OPEN}/#${path}`],
  ['an encoded fragment', (path) => `${OPEN}/%23/..${path}`],
  ['an encoded question mark', (path) => `${path}%3f`],
  ['the absolute form', (path) => `http://127.0.0.1${path}`],
  ['the absolute form of somebody else', (path) => `http://evil.example${path}`],
  ['a wrong percent sign', (path) => `${path}%zz`],
  ['a tab', (path) => `${path}%09`],
  ['a line break', (path) => `${path}%0d%0aX-A:%20b`],
];

describe.each(ADAPTERS)('paths that can be read in more than one way, on %s', (_name, adapter) => {
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

  const send = (method: string, target: string, token?: string): Promise<string> => {
    const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
    return exchangeBytes(
      door.port,
      `${method} ${target} HTTP/1.1\r\nHost: a\r\n${authorization}Content-Length: 0\r\nConnection: close\r\n\r\n`,
      2_000,
    );
  };

  it.each(SPELLINGS)('lead nobody in who may not: %s', async (_what, spell) => {
    const tries = PROTECTED.flatMap((path) => METHODS.map((method) => ({ method, target: spell(path.replace('{id}', '7')) })));
    const answers = await Promise.all(tries.flatMap(({ method, target }) => [send(method, target), send(method, target, 'alice')]));
    expect(answers.filter((answer) => statusesIn(answer).some((status) => status < 400))).toEqual([]);
    expect(service.begun).toBe(0);
  });

  it('are let through to who may, where they are plain: the control', async () => {
    const tries = PROTECTED.flatMap((path) => METHODS.map((method) => ({ method, target: path.replace('{id}', '7') })));
    const answers = await Promise.all(tries.map(({ method, target }) => send(method, target, 'root')));
    expect(answers.flatMap(statusesIn)).toEqual(tries.map(() => 200));
    expect(service.seen.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(
      tries.map(({ method, target }) => `${method} ${target}`).sort(),
    );
  });

  it('reach the service in the one spelling that was authorised', async () => {
    const spellings: readonly [string, string][] = [
      ['/%61dmin/users', '/admin/users'],
      ['/admin/users/', '/admin/users'],
      ['/orders/a%20b', '/orders/a%20b'],
      ['/orders/a%3Bb', '/orders/a%3Bb'],
      ['/orders/%E2%82%AC', '/orders/%E2%82%AC'],
      ['/orders/a+b', '/orders/a+b'],
      ['/orders/7?x=1&y=%2e%2e', '/orders/7?x=1&y=%2e%2e'],
    ];
    for (const [target, url] of spellings) {
      expect(statusesIn(await send('GET', target, 'root'))).toEqual([200]);
      expect(service.last.url).toBe(url);
    }
  });

  it('do not reach routes of the application itself by another spelling', async () => {
    expect(await send('GET', '/health/live')).toContain('{"own":true}');
    for (const target of ['//health/live', '/open/../health/live', '/health/%6cive/..', '/health/..%2fhealth/live'])
      expect(statusesIn(await send('GET', target))).toEqual([400]);
  });

  it('with methods that would show what only services may see are refused', async () => {
    for (const method of ['TRACE', 'CONNECT', 'PROPFIND']) {
      const statuses = statusesIn(await send(method, `${OPEN}/a`));
      expect(statuses.every((status) => status >= 400)).toBe(true);
    }
    expect(service.begun).toBe(0);
  });
});
