import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { until } from '@minos/common/testing';
import { ExpressAdapter } from '@nestjs/platform-express';
import { exchangeBytes, statusesIn } from '../front-door/exchange-bytes-kit.js';
import { type Handler } from '../front-door/front-door-kit.js';
import type { GatewayOptions } from '../options/gateway-module.options.js';
import { HeldDoor } from './pipelining-kit.js';

/** More than the systems on both sides hold. */
const BIG = 16 * 1024 * 1024;
const MANY = 10;
const get = (path: string, ...lines: string[]): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
const UPGRADES: readonly [string, string][] = [
  ['HTTP/2', get('/open/upgrade', 'Connection: Upgrade', 'Upgrade: h2c')],
  [
    'a WebSocket',
    get(
      '/open/upgrade',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ),
  ],
];
const UNFINISHED = 'POST /open/held HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n';

let held: ServerResponse[] = [];
let gateway: HeldDoor;
async function start(options: GatewayOptions = {}): Promise<HeldDoor> {
  held = [];
  const answer: Handler = (request, response) => {
    if (request.url === '/open/held') {
      held.push(response);
      if (request.headers.accept !== undefined) response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    } else if (request.url === '/open/big') response.end(Buffer.alloc(BIG, 'x'));
    else request.resume().on('end', () => response.end('quick'));
  };
  gateway = await HeldDoor.start(() => new ExpressAdapter(), answer, options);
  return gateway;
}
afterEach(async () => {
  for (const response of held) response.destroy();
  await gateway.stop();
});

describe.each(UPGRADES)('a request for %s behind one that is not answered', (_what, upgrade) => {
  it('does not end the process, is not answered, and ends the connection behind the first answer', async () => {
    const { port, url, service } = await start();
    service.server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n'));
    const answer = exchangeBytes(port, get('/open/held') + upgrade, 10_000);
    await until(() => held.length === 1, 'the first request to be there');
    held[0]?.end('first');
    const text = await answer;
    expect(statusesIn(text)).toEqual([200]);
    expect(text.endsWith('first')).toBe(true);
    expect(service.begun).toBe(1);
    expect((await fetch(`${url}/open/quick`)).status).toBe(200);
    await gateway.empty();
  });

  it('loses nothing of what is due, also where the client takes it slowly', async () => {
    const { port } = await start();
    let [size, end] = [0, ''];
    const socket = connect(port, '127.0.0.1', () => socket.write(get('/open/big') + get('/open/quick') + upgrade));
    socket.pause().on('data', (chunk: Buffer) => {
      size += chunk.length;
      end = chunk.toString('latin1');
    });
    await until(() => gateway.pending > 0, 'the answer to be on its way');
    socket.resume();
    await until(() => socket.closed, 'the connection to end');
    expect(size).toBeGreaterThan(BIG);
    expect(end.endsWith('quick')).toBe(true);
    await gateway.empty();
  });

  it('keeps nothing when the client leaves', async () => {
    await start();
    await gateway.sendAndReset(get('/open/held') + upgrade, () => held.length === 1);
    await gateway.empty();
  });
});

it('an answer to who asks for HTTP/2 as well comes to its end, also where the client takes it slowly', async () => {
  const { port } = await start();
  const answer = await exchangeBytes(port, get('/open/big', 'Connection: Upgrade', 'Upgrade: h2c'), 10_000);
  expect(statusesIn(answer)).toEqual([200]);
  expect(answer.length).toBeGreaterThan(BIG);
});

describe('a client that sends many requests at once and leaves', () => {
  it.each([
    ['requests', get('/open/held')],
    ['event streams', get('/open/held', 'Accept: text/event-stream')],
    ['composed routes', get('/page')],
  ])('gives back all that they held: %s, and a body that has not come to its end', async (_what, one) => {
    const limits = { requestsPerAddress: MANY + 1, uploads: 1, uploadsPerAddress: 1 };
    const composed = [
      { path: '/page', access: { public: true }, parts: { held: { ask: () => '/open/held', otherwise: 'fail' as const } } },
    ];
    const { url } = await start({ limits, composed });
    for (let round = 0; round < 3; round++) {
      held = [];
      await gateway.sendAndReset(one.repeat(MANY) + UNFINISHED, () => held.length === MANY + 1);
      await gateway.empty();
    }
    const statuses = await Promise.all(
      Array.from({ length: MANY }, async () => (await fetch(`${url}/open/quick`, { method: 'POST', body: 'small' })).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});
