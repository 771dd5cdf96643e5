import { once } from 'node:events';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { until } from '@minos/common/testing';
import type { Endpoint } from '@minos/discovery';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { WebSocket, WebSocketServer } from 'ws';
import { endsWithin } from '../../../../tools/testing/ends-within.js';
import { exchangeBytes, statusesIn } from '../front-door/exchange-bytes-kit.js';
import { ROUTES, TestService } from '../front-door/front-door-kit.js';
import { FrontDoor } from '../front-door/front-door.js';
import { standstill } from '../front-door/standstill-kit.js';
import { NestDoor } from '../module/nest-door-kit.js';
import type { GatewayOptions } from '../options/gateway-module.options.js';

const ADAPTERS: readonly [string, () => AbstractHttpAdapter][] = [
  ['express', () => new ExpressAdapter()],
  ['fastify', () => new FastifyAdapter()],
];

const ENDPOINTS: readonly Endpoint[] = [
  { method: 'GET', path: '/live', access: ROUTES.authenticated },
  { method: 'GET', path: '/admin/live', access: ROUTES.admin },
  { method: 'GET', path: '/plain', access: ROUTES.public },
];
const HANDSHAKE =
  'Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe.each(ADAPTERS)('WebSockets, on %s', (_name, adapter) => {
  async function start(options: GatewayOptions = {}): Promise<{ door: NestDoor; service: TestService; sockets: WebSocketServer }> {
    const service = await TestService.start('shop');
    const sockets = new WebSocketServer({ server: service.server, handleProtocols: (protocols) => [...protocols][0] ?? false });
    sockets.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })));
    const door = await NestDoor.start(adapter, options);
    door.directory.set([service.entry(ENDPOINTS)]);
    stops.push(
      async () => {
        for (const client of sockets.clients) client.terminate();
        await service.stop();
      },
      () => door.stop(),
    );
    return { door, service, sockets };
  }

  const open = async (url: string, protocols: string[] = [], headers: Record<string, string> = {}): Promise<WebSocket> => {
    const socket = new WebSocket(url.replace('http', 'ws'), protocols, { headers });
    await once(socket, 'open');
    return socket;
  };

  it('carry messages both ways, with a token for the service', async () => {
    const { door, sockets } = await start();
    const asked = once(sockets, 'connection');
    const socket = await open(`${door.url}/live`, [], { authorization: 'Bearer alice' });
    const [, request] = (await asked) as [unknown, { headers: Record<string, string> }];
    expect(request.headers['authorization']).toBe('Bearer st.shop.alice');
    for (const text of ['a', 'b'.repeat(70_000), 'c'.repeat(200)]) {
      const echo = once(socket, 'message');
      socket.send(text);
      expect(String((await echo)[0])).toBe(text);
    }
    socket.close(1000);
    expect((await once(socket, 'close'))[0]).toBe(1000);
  });

  it('take the token of a page from the protocols that it names, and hand on the others', async () => {
    const { door, sockets } = await start();
    const asked = once(sockets, 'connection');
    const socket = await open(`${door.url}/live`, ['chat', 'minos.bearer.alice'], { origin: door.url });
    const [, request] = (await asked) as [unknown, { headers: Record<string, string> }];
    expect(request.headers['sec-websocket-protocol']).toBe('chat');
    expect(request.headers['authorization']).toBe('Bearer st.shop.alice');
    expect(socket.protocol).toBe('chat');
    socket.terminate();
  });

  it.each([
    ['without a token', '/live', {}, 401],
    ['without the role', '/admin/live', { authorization: 'Bearer alice' }, 403],
    ['where nothing is', '/nowhere', { authorization: 'Bearer alice' }, 404],
    ['from a page of somebody else', '/live', { authorization: 'Bearer alice', origin: 'https://evil.example' }, 403],
    ['by a path that can be read in two ways', '/plain/..%2flive', { authorization: 'Bearer alice' }, 400],
  ])('are not opened %s', async (_what, path, headers, status) => {
    const { door, sockets } = await start();
    const extra = Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    expect(statusesIn(await exchangeBytes(door.port, `GET ${path} HTTP/1.1\r\n${HANDSHAKE}${extra}\r\n`))).toEqual([status]);
    expect(sockets.clients.size).toBe(0);
  });

  it('are not opened where the service does not want to, and its answer is not taken for one', async () => {
    const { door, service } = await start();
    service.server.removeAllListeners('upgrade');
    const answer = await exchangeBytes(door.port, `GET /live HTTP/1.1\r\n${HANDSHAKE}Authorization: Bearer alice\r\n\r\n`, 1_000);
    expect(statusesIn(answer)).toEqual([400]);
    expect(answer).toContain('GATEWAY_UPGRADE_REFUSED');
    expect(answer).not.toContain('{"ok":true}');
  });

  it.each([
    ['hangs up', (_request: unknown, socket: Duplex) => void socket.destroy(), 502],
    [
      'says no in its own way',
      (_request: unknown, socket: Duplex) => void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'),
      403,
    ],
    ['breaks', (_request: unknown, socket: Duplex) => void socket.end('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n'), 502],
  ])('that a service does not open are no fault of its instance, which %s', async (_what, upgrade, status) => {
    const { door, service } = await start();
    service.server.removeAllListeners('upgrade');
    service.server.on('upgrade', upgrade);
    for (let at = 0; at < 40; at++) {
      const answer = await exchangeBytes(door.port, `GET /live HTTP/1.1\r\n${HANDSHAKE}Authorization: Bearer alice\r\n\r\n`, 2_000);
      expect(statusesIn(answer)).toEqual([status]);
    }
    expect((await fetch(`${door.url}/plain`)).status).toBe(200);
  });

  it('do not carry requests past the checks: what is sent behind a refused handshake is not read', async () => {
    const { door, service } = await start();
    const smuggled = 'GET /admin/live HTTP/1.1\r\nHost: a\r\n\r\n';
    await exchangeBytes(door.port, `GET /live HTTP/1.1\r\n${HANDSHAKE}\r\n${smuggled}`);
    await exchangeBytes(door.port, `GET /plain HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n${smuggled}`);
    expect(service.seen.map(({ url }) => url)).toEqual(['/plain']);
    expect(service.last.headers.upgrade).toBeUndefined();
  });

  it('end on both sides when one of them goes', async () => {
    const { door, sockets } = await start();
    const asked = once(sockets, 'connection');
    const socket = await open(`${door.url}/live`, [], { authorization: 'Bearer alice' });
    const [behind] = (await asked) as [WebSocket];
    const closed = once(behind, 'close');
    socket.terminate();
    await closed;
    expect(sockets.clients.size).toBe(0);
  });

  it('that are silent on both sides end', async () => {
    const { door } = await start({ times: { webSocketIdle: 200 } });
    const socket = await open(`${door.url}/live`, [], { authorization: 'Bearer alice' });
    await once(socket, 'close');
  });

  it('go only as fast as the client takes them', async () => {
    const { door, sockets } = await start();
    const asked = once(sockets, 'connection');
    const client = connect(door.port, '127.0.0.1');
    client.write(`GET /live HTTP/1.1\r\n${HANDSHAKE}Authorization: Bearer alice\r\n\r\n`);
    const [behind] = (await asked) as [WebSocket];
    client.pause();
    const message = Buffer.alloc(1024 * 1024);
    for (let at = 0; at < 64; at++) behind.send(message);
    // Most of it stays with who sends, or the gateway would hold it.
    expect(await standstill(() => behind.bufferedAmount, 'the stream to stand still')).toBeGreaterThan(32 * 1024 * 1024);
    client.destroy();
  });

  it('that are on their way when the gateway leaves do not keep it from ending', async () => {
    const { door, service } = await start({ times: { drain: 300 } });
    // The service takes the handshake and says nothing.
    service.server.removeAllListeners('upgrade');
    let asked = 0;
    const silent: Duplex[] = [];
    service.server.on('upgrade', (_request, socket) => {
      asked++;
      silent.push(socket);
    });
    const answer = exchangeBytes(door.port, `GET /live HTTP/1.1\r\n${HANDSHAKE}Authorization: Bearer alice\r\n\r\n`, 10_000);
    await until(() => asked === 1, 'the handshake to be there');
    stops.pop();
    await endsWithin(Promise.all([door.stop(), answer]), 'the gateway to end', 9_000);
    for (const socket of silent) socket.destroy();
  });

  it('that open while the gateway leaves are told so at once', async () => {
    const { door, service, sockets } = await start();
    const upgrade = service.server.listeners('upgrade')[0] as (...given: unknown[]) => void;
    service.server.removeAllListeners('upgrade');
    let proceed: (() => void) | undefined;
    service.server.on('upgrade', (...given) => (proceed = () => upgrade.apply(service.server, given)));
    const opened = open(`${door.url}/live`, [], { authorization: 'Bearer alice' });
    await until(() => proceed !== undefined, 'the handshake to be there');
    stops.pop();
    const stopped = door.stop();
    await until(() => door.app.get(FrontDoor).draining, 'the gateway to leave');
    proceed?.();
    const closed = once(await opened, 'close');
    expect((await closed)[0]).toBe(1001);
    await stopped;
    await until(() => sockets.clients.size === 0, 'the service to see its end');
  });

  it('are told when the gateway leaves', async () => {
    const { door } = await start();
    const socket = await open(`${door.url}/live`, [], { authorization: 'Bearer alice' });
    const closed = once(socket, 'close');
    stops.pop();
    await Promise.all([door.stop(), closed]);
    expect((await closed)[0]).toBe(1001);
  });
});
