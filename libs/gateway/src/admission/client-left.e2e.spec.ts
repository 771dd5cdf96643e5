import { setImmediate as turn } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import { ExpressAdapter } from '@nestjs/platform-express';
import { HeldDoor } from '../connections/pipelining-kit.js';
import { exchangeBytes, statusesIn } from '../front-door/exchange-bytes-kit.js';
import { type Handler, principal } from '../front-door/front-door-kit.js';
import type { GatewayOptions } from '../options/gateway-module.options.js';

jest.setTimeout(600_000);

const TIMES = 300;
const ALICE = principal('alice', ['customer']);
const UPLOAD = 'POST /mine HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer alice\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n';
const HANDSHAKE = [
  'GET /mine HTTP/1.1',
  'Host: a',
  'Authorization: Bearer alice',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '\r\n',
].join('\r\n');

/** Something that is waited for: keys, or a token. */
class Later<T> {
  private waiting: ((value: T) => void)[] = [];
  private value: T | undefined;

  get count(): number {
    return this.waiting.length;
  }

  readonly get = (): T | Promise<T> => this.value ?? new Promise((resolve) => this.waiting.push(resolve));

  async come(value: T): Promise<void> {
    this.value = value;
    for (const resolve of this.waiting.splice(0)) resolve(value);
    await turn();
  }
}

let gateway: HeldDoor;
let connections = 0;
async function start(options: GatewayOptions): Promise<void> {
  const answer: Handler = (request, response) => void request.resume().on('end', () => response.end('ok'));
  gateway = await HeldDoor.start(() => new ExpressAdapter(), answer, options);
  connections = 0;
  gateway.service.server.on('connection', () => connections++);
}
afterEach(() => gateway.stop());

/** All places and uploads are there again. */
async function serves(): Promise<void> {
  await gateway.empty();
  expect(connections).toBe(0);
  expect(statusesIn(await exchangeBytes(gateway.port, `${UPLOAD}0\r\n\r\n`))).toEqual([200]);
}

describe('a client that leaves while its token is looked up', () => {
  it.each([
    ['a body on its way', UPLOAD],
    ['a handshake', HANDSHAKE],
  ])('holds nothing and asks nothing of a service: %s', async (_what, bytes) => {
    const keys = new Later<typeof ALICE>();
    await start({
      verifier: { verifyToken: () => keys.get() },
      limits: { requestsPerAddress: 1, requestsPerPrincipal: 1, uploads: 1, uploadsPerAddress: 1 },
    });
    for (let at = 1; at <= TIMES; at++) await gateway.sendAndReset(bytes, () => keys.count === at);
    await keys.come(ALICE);
    await serves();
  });
});

describe('a client that leaves while the token for the service is made', () => {
  it.each([
    ['a body on its way', UPLOAD],
    ['a handshake', HANDSHAKE],
  ])('holds nothing and asks nothing of a service: %s', async (_what, bytes) => {
    const tokens = new Later<string>();
    await start({ minter: { mint: () => tokens.get() }, limits: { requestsPerAddress: TIMES, uploads: TIMES, uploadsPerAddress: TIMES } });
    for (let at = 1; at <= 20; at++) await gateway.sendAndReset(bytes, () => tokens.count === at);
    await tokens.come('st');
    await serves();
  });
});

it('a client that leaves while a service opens its WebSocket leaves no connection there', async () => {
  await start({});
  let open = 0;
  gateway.service.server.on('upgrade', (_request, socket) => {
    open++;
    socket
      .on('error', () => undefined)
      .on('end', () => socket.destroy())
      .on('close', () => open--)
      .resume();
  });
  await gateway.sendAndReset(HANDSHAKE, () => open === 1);
  await gateway.empty();
  await until(() => open === 0, 'the service to see its end');
});
