import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { until } from '@minos/common/testing';
import { type Handler, ROUTES, TestDoor, TestService } from '../front-door/front-door-kit.js';
import { standstill } from '../front-door/standstill-kit.js';

/** As good as impossible to make shorter, and far more than all buffers on the way take. */
const TEXT = randomBytes(12 * 1024 * 1024).toString('base64');

describe.each([
  ['gzip', gunzipSync],
  ['br', brotliDecompressSync],
] as const)('a large answer that is coded as it comes (%s)', (coding, decoded) => {
  let service: TestService;
  let door: TestDoor;
  let written = 0;
  let cut = 0;

  const handler: Handler = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.on('close', () => (cut += response.writableFinished ? 0 : 1));
    const write = (): void => {
      while (written < TEXT.length) {
        const chunk = TEXT.slice(written, written + 64 * 1024);
        written += chunk.length;
        if (!response.write(chunk)) return void response.once('drain', write);
      }
      response.end();
    };
    write();
  };

  async function ask(idle: '300ms' | '1m'): Promise<Socket> {
    [written, cut] = [0, 0];
    service = await TestService.start('order', handler);
    door = await TestDoor.start({ times: { idle }, compression: { enabled: true } });
    door.directory.set([service.entry([{ method: '*', path: '/open/{rest...}', access: ROUTES.public }])]);
    const socket = connect(door.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`GET /open/a HTTP/1.1\r\nHost: a\r\nAccept-Encoding: ${coding}\r\nConnection: close\r\n\r\n`);
    socket.pause();
    return socket;
  }

  afterEach(async () => {
    await door.stop();
    await service.stop();
  });

  it('waits for a client that reads later, and is whole then', async () => {
    const socket = await ask('1m');
    expect(await standstill(() => written, 'the service to stand still')).toBeLessThan(TEXT.length);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.resume();
    await once(socket, 'close');
    const answer = Buffer.concat(chunks);
    expect(answer.subarray(0, 15).toString()).toBe('HTTP/1.1 200 OK');
    expect(decoded(unchunked(answer)).toString() === TEXT).toBe(true);
  });

  it('is given up where its client takes nothing for too long', async () => {
    const socket = await ask('300ms');
    await until(() => cut === 1, 'the service to be told');
    socket.destroy();
  });
});

/** The body of an answer in chunks. */
function unchunked(answer: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = answer.indexOf('\r\n\r\n') + 4; ;) {
    const end = answer.indexOf('\r\n', at);
    const length = Number.parseInt(answer.subarray(at, end).toString(), 16);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(answer.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
