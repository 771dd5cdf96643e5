import { Agent, type ClientRequest, request } from 'node:http';
import { until } from '@minos/common/testing';
import { ExpressAdapter } from '@nestjs/platform-express';
import { RunningRequests } from '../limits/running-requests.js';
import { NestDoor } from '../module/nest-door-kit.js';
import { exchangeBytes, statusesIn } from './exchange-bytes-kit.js';
import { type Handler, ROUTES, TestDoor, TestService } from './front-door-kit.js';

const GREEDY = '127.0.0.1';
const OTHER = '127.0.0.2';
const MANY = 600;
/** Of one instance. */
const PENDING = 500;
const ENDPOINTS = [
  { method: 'GET', path: '/slow', access: ROUTES.public },
  { method: 'GET', path: '/quick', access: ROUTES.public },
  { method: 'GET', path: '/mine', access: ROUTES.authenticated },
];
const slowly: Handler = ({ url }, response) => {
  if (url !== '/quick') response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  else response.end('ok');
};

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(perAddress: number, perPrincipal = PENDING): Promise<{ door: TestDoor; service: TestService }> {
  const service = await TestService.start('shop', slowly);
  const door = await TestDoor.start({ ports: { running: new RunningRequests({ perAddress, perPrincipal }) } });
  door.directory.set([service.entry(ENDPOINTS)]);
  stops.push(
    () => service.stop(),
    () => door.stop(),
  );
  return { door, service };
}

interface Asked {
  readonly request: ClientRequest;
  /** `undefined` until it is there. */
  status: number | undefined;
  retryAfter: string | undefined;
}

function ask(port: number, path: string, { from = GREEDY, token }: { from?: string; token?: string } = {}): Asked {
  const agent = new Agent({ maxSockets: Infinity });
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const asked: Asked = {
    request: request({ port, host: '127.0.0.1', localAddress: from, path, agent, headers }),
    status: undefined,
    retryAfter: undefined,
  };
  asked.request.on('response', (response) => {
    asked.status = response.statusCode;
    asked.retryAfter = response.headers['retry-after'];
    response.resume().on('error', () => undefined);
  });
  asked.request.on('error', () => undefined);
  asked.request.end();
  stops.push(() => void asked.request.destroy());
  return asked;
}

const answered = (all: readonly Asked[]): Promise<boolean> =>
  until(() => all.every(({ status }) => status !== undefined), 'all to be answered');
const statusesOf = (all: readonly Asked[], status: number): number => all.filter((one) => one.status === status).length;

describe('one address with 600 requests that are not over', () => {
  it('does not keep another one from being answered', async () => {
    const { door } = await start(PENDING / 2);
    const greedy = Array.from({ length: MANY }, () => ask(door.port, '/slow'));
    await answered(greedy);
    expect([statusesOf(greedy, 200), statusesOf(greedy, 429)]).toEqual([PENDING / 2, MANY - PENDING / 2]);
    expect(greedy.find(({ status }) => status === 429)?.retryAfter).toBe('1');
    const other = ask(door.port, '/quick', { from: OTHER });
    await answered([other]);
    expect(other.status).toBe(200);
  });

  it('does so without the limit: the control', async () => {
    const { door } = await start(Infinity);
    await answered(Array.from({ length: MANY }, () => ask(door.port, '/slow')));
    const other = ask(door.port, '/quick', { from: OTHER });
    await answered([other]);
    expect(other.status).toBe(503);
  });
});

it('one principal has so many over all its addresses, and gets a problem for the next one', async () => {
  const { door } = await start(PENDING, 2);
  const held = [ask(door.port, '/mine', { token: 'alice' }), ask(door.port, '/mine', { token: 'alice', from: OTHER })];
  await answered(held);
  const refused = await fetch(`${door.url}/mine`, { headers: { authorization: 'Bearer alice' } });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('content-type')).toBe('application/problem+json');
  expect(await refused.json()).toMatchObject({ code: 'GATEWAY_TOO_MANY_RUNNING' });
  const root = ask(door.port, '/mine', { token: 'root' });
  await answered([root]);
  expect(root.status).toBe(200);
  held[0]?.request.destroy();
  await until(() => door.door.running === 2, 'the request to be over');
  const next = ask(door.port, '/mine', { token: 'alice' });
  await answered([next]);
  expect(next.status).toBe(200);
});

it('handshakes of WebSockets count, and leave when they are refused', async () => {
  const { door } = await start(1);
  const handshake =
    'GET /quick HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n\r\n';
  expect(statusesIn(await exchangeBytes(door.port, handshake))).toEqual([400]);
  const held = ask(door.port, '/slow');
  await answered([held]);
  expect(statusesIn(await exchangeBytes(door.port, handshake))).toEqual([429]);
  held.request.destroy();
  await until(() => door.door.running === 0, 'the request to be over');
  expect(statusesIn(await exchangeBytes(door.port, handshake))).toEqual([400]);
});

it('parts of composed routes count, each for itself, and behind trusted proxies the client does', async () => {
  const service = await TestService.start('shop', slowly);
  const door = await NestDoor.start(() => new ExpressAdapter(), {
    trustedProxies: ['127.0.0.0/8'],
    limits: { requestsPerAddress: 1 },
    composed: [{ path: '/page', access: { public: true }, parts: { quick: { ask: () => '/quick', otherwise: 'fail' } } }],
  });
  stops.push(
    () => service.stop(),
    () => door.stop(),
  );
  door.directory.set([service.entry(ENDPOINTS)]);
  const statusFor = async (client: string): Promise<number> =>
    (await fetch(`${door.url}/page`, { headers: { 'x-forwarded-for': client } })).status;
  const held = await fetch(`${door.url}/slow`, { headers: { 'x-forwarded-for': '192.0.2.1' } });
  expect(await statusFor('192.0.2.1')).toBe(429);
  expect(await statusFor('192.0.2.2')).toBe(200);
  expect(await statusFor('192.0.2.2')).toBe(200);
  await held.body?.cancel();
});
