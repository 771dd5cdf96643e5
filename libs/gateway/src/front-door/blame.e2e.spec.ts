import { connect } from 'node:net';
import { until } from '@minos/common/testing';
import { exchangeBytes } from './exchange-bytes-kit.js';
import { type Handler, ROUTES, TestDoor, type TestDoorOptions, TestService } from './front-door-kit.js';

const TIMES = 40;
const HANDSHAKE = [
  'GET /shop/a HTTP/1.1',
  'Host: a',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'X-Refuse: 1',
];
const CHUNKED = ['POST /shop/a HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked'];
const head = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

let door: TestDoor;
let service: TestService;
afterEach(async () => {
  await door.stop();
  await service.stop();
});

async function start(answer: (response: Parameters<Handler>[1]) => void, options: TestDoorOptions = {}): Promise<void> {
  service = await TestService.start('shop', (request, response) => {
    if (request.headers['x-refuse'] !== undefined) return answer(response);
    request.resume().on('end', () => response.end('ok'));
  });
  door = await TestDoor.start({ ...options, limits: { body: 100_000, ...options.limits } });
  door.directory.set([service.entry([{ method: '*', path: '/shop/{rest...}', access: ROUTES.public }])]);
}

const honest = async (): Promise<number> => (await fetch(`${door.url}/shop/a`)).status;
const often = async (work: () => Promise<unknown>): Promise<void> => {
  for (let at = 0; at < TIMES; at++) await work();
};
const refused = (): Promise<unknown> => fetch(`${door.url}/shop/a`, { headers: { 'x-refuse': '1' } }).then((answer) => answer.text());

it('bodies that come slowly take some of the places at an instance, and not all', async () => {
  await start(() => undefined, { limits: { uploads: 3, uploadsPerAddress: 2 } });
  const slow = (): Promise<string> => exchangeBytes(door.port, `${head(CHUNKED)}3\r\nabc\r\n`, 1_500);
  const both = [slow(), slow()];
  await until(() => service.begun === 2, 'both to be on their way');
  const third = await slow();
  expect(third).toContain('HTTP/1.1 503');
  expect(third).toContain('GATEWAY_TOO_MANY_UPLOADS');
  expect(service.begun).toBe(2);
  expect((await fetch(`${door.url}/shop/a`, { method: 'POST', body: 'small' })).status).toBe(200);
  await Promise.all(both);
  await until(() => door.door.running === 0, 'them to be over');
  expect((await fetch(`${door.url}/shop/a`, { method: 'POST', body: 'x'.repeat(90_000) })).status).toBe(200);
});

/** What any client can bring about by what it sends must not take a service away from all others. */
describe('an instance is not blamed', () => {
  it('for asking to come again, which it may do because of what the request wants', async () => {
    await start((response) => response.writeHead(503, { 'retry-after': '1' }).end());
    await often(refused);
    expect(await honest()).toBe(200);
  });

  it.each([500, 503])('for answering %d to a WebSocket', async (status) => {
    await start((response) => response.writeHead(status, { 'retry-after': '1' }).end());
    await often(() => exchangeBytes(door.port, head(HANDSHAKE)));
    expect(await honest()).toBe(200);
  });

  it('for a body that is too large', async () => {
    await start(() => undefined);
    const chunk = `${(60_000).toString(16)}\r\n${'x'.repeat(60_000)}\r\n`;
    await often(() => exchangeBytes(door.port, head(CHUNKED) + chunk + chunk));
    expect(service.begun).toBeGreaterThan(0);
    expect(await honest()).toBe(200);
  });

  it('for a body that its client cuts', async () => {
    await start(() => undefined);
    await often(async () => {
      const begun = service.begun;
      const socket = connect(door.port, '127.0.0.1', () => socket.write(`${head(CHUNKED)}3\r\nabc\r\n`));
      socket.on('error', () => undefined);
      await until(() => service.begun > begun, 'the service to be asked');
      socket.resetAndDestroy();
      await until(() => door.door.running === 0, 'the request to be over');
    });
    expect(await honest()).toBe(200);
  });

  it('but for a 503 that does not say when to come again', async () => {
    await start((response) => response.writeHead(503).end());
    // Again where the circuit has let one through before this process came to ask.
    await until(
      async () => {
        await often(refused);
        return (await honest()) === 503;
      },
      'the circuit to be open',
      60_000,
    );
  });
});
