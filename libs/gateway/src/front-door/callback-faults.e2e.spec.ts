import { once } from 'node:events';
import { until, VirtualClock } from '@minos/common/testing';
import { Logger } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { WebSocket, WebSocketServer } from 'ws';
import type { AccessListener } from '../access-log/access-entry.js';
import { NestDoor } from '../module/nest-door-kit.js';
import { type Handler, ROUTES, TestDoor, type TestDoorOptions, TestService, TOKENS } from './front-door-kit.js';

const ENDPOINTS = [{ method: 'GET', path: '/{what}', access: ROUTES.authenticated }];
const ALICE = { authorization: 'Bearer alice' };
const fails = (): never => {
  throw new TypeError('no disk');
};

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  jest.restoreAllMocks();
});

async function start(options: TestDoorOptions, handler?: Handler) {
  const service = await TestService.start('shop', handler);
  const sockets = new WebSocketServer({ server: service.server });
  const warnings: string[] = [];
  const clock = new VirtualClock();
  const door = await TestDoor.start({ ...options, ports: { clock, warn: (line) => warnings.push(line), ...options.ports } });
  door.directory.set([service.entry(ENDPOINTS)]);
  stops.push(
    async () => sockets.clients.forEach((client) => client.terminate()),
    () => service.stop(),
    () => door.stop(),
  );
  return { door, warnings, clock };
}

describe('a function of the application that fails in the front door', () => {
  it.each<[string, AccessListener]>([
    ['throws', fails],
    ['answers a promise that rejects', async () => fails()],
  ])('harms no request, and is said once a minute, where that of the access log %s', async (_how, accessLog) => {
    const { door, warnings, clock } = await start({ accessLog });
    const ask = async (path: string): Promise<void> => {
      const { status } = await fetch(`${door.url}${path}`, { headers: ALICE });
      expect([path, status]).toEqual([path, path === '/orders' ? 200 : 404]);
    };
    for (const path of ['/orders', '/', '/orders', '/no/where']) await ask(path);
    const counted = (): number => door.door.statistics.requests().reduce((sum, { value }) => sum + value, 0);
    await until(() => counted() === 4, 'all requests to be over');
    expect(door.door.running).toBe(0);
    await until(() => warnings.length > 0, 'the warning');
    await clock.advance(60_000);
    await ask('/orders');
    await until(() => warnings.length > 1, 'the next warning');
    expect(warnings).toEqual([
      'The function of the option accessLog failed: TypeError: no disk',
      'The function of the option accessLog failed, and failed 3 times since this was said last: TypeError: no disk',
    ]);
  });

  it('harms no WebSocket', async () => {
    const { door, warnings } = await start({ accessLog: fails });
    const socket = new WebSocket(`${door.url.replace('http', 'ws')}/live`, { headers: ALICE });
    await once(socket, 'open');
    socket.close();
    await once(socket, 'close');
    await until(() => door.door.running === 0 && warnings.length === 1, 'the WebSocket to be over, and the warning');
    expect((await fetch(`${door.url}/orders`, { headers: ALICE })).status).toBe(200);
  });

  it('ends nothing that runs, where it is that of a verifier which says who was logged out', async () => {
    const verifier = { verifyToken: () => TOKENS['alice'] as never, isTakenBack: fails };
    const handler: Handler = (_request, response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    const { door, warnings } = await start({ ports: { verifier } }, handler);
    const response = await fetch(`${door.url}/events`, { headers: ALICE });
    await until(() => warnings.length > 0, 'the warning');
    expect(warnings).toEqual(['The verifier of tokens failed: TypeError: no disk']);
    expect(door.door.running).toBe(1);
    await response.body?.cancel();
  });

  it('is a warning of the log of an application of Nest', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const door = await NestDoor.start(() => new ExpressAdapter(), { accessLog: fails });
    stops.push(() => door.stop());
    expect((await fetch(`${door.url}/nowhere`)).status).toBe(404);
    await until(() => warn.mock.calls.length > 0, 'the warning');
    expect(warn.mock.calls).toEqual([['The function of the option accessLog failed: TypeError: no disk']]);
  });
});
