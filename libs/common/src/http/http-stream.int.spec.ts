import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../testing/until.js';
import { askHttp } from './ask-http.js';
import { HttpStream } from './http-stream.js';

const TIMES = { answerMs: 60_000, silenceMs: 60_000 };
const LIMITS = { timeoutMs: 60_000, size: 1_000 };

describe('one request over HTTP', () => {
  let server: Server;
  let url: URL;
  let open = 0;
  let answer: RequestListener;

  beforeAll(async () => {
    server = createServer((request, response) => answer(request, response));
    server.on('connection', (socket) => {
      open++;
      socket.on('error', () => undefined).once('close', () => open--);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/path?a=b`);
  });
  // Whatever came of it, nothing is left open.
  afterEach(() => until(() => open === 0, 'the connections to be closed'));
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const readAll = async (stream: HttpStream): Promise<string> => {
    let text = '';
    for await (const piece of stream.pieces()) text += String(piece);
    return text;
  };

  it('sends what it is given, and has the whole answer', async () => {
    answer = (request, response) => {
      let body = '';
      request.on('data', (piece) => (body += String(piece)));
      request.on('end', () => {
        response.writeHead(201, {
          'x-seen': `${request.method} ${request.url} ${request.headers['content-length']} ${String(request.headers['x-a'])}`,
        });
        response.end(body.toUpperCase());
      });
    };
    const { status, headers, body } = await askHttp(url, { method: 'POST', headers: { 'x-a': '1' }, body: 'äb' }, LIMITS);
    expect([status, headers['x-seen'], body.toString()]).toEqual([201, 'POST /path?a=b 3 1', 'ÄB']);
  });

  it('follows no redirect, and takes every status for an answer', async () => {
    answer = (_, response) => response.writeHead(302, { location: '/elsewhere' }).end();
    expect(await askHttp(url, {}, LIMITS)).toMatchObject({ status: 302, headers: { location: '/elsewhere' } });
  });

  it('takes no more than it was told to', async () => {
    answer = (_, response) => response.end('x'.repeat(1_001));
    await expect(askHttp(url, {}, LIMITS)).rejects.toThrow(new RangeError('the answer is larger than 1000 bytes'));
  });

  it('waits so long for the whole answer, however it trickles', async () => {
    answer = (_, response) => {
      const timer = setInterval(() => response.write('.'), 10);
      response.once('close', () => clearInterval(timer));
    };
    await expect(askHttp(url, {}, { ...LIMITS, timeoutMs: 150 })).rejects.toThrow('no answer came within 150 ms');
    answer = () => undefined;
    await expect(askHttp(url, {}, { ...LIMITS, timeoutMs: 50 })).rejects.toThrow('no answer came within 50 ms');
  });

  it('reads a stream for as long as it goes on, and ends where nothing comes', async () => {
    answer = (_, response) => {
      let sent = 0;
      const timer = setInterval(() => (sent++ < 10 ? response.write('.') : clearInterval(timer)), 20);
    };
    const attempt = async (): Promise<string> => {
      let text = '';
      const stream = await HttpStream.open(url, {}, { answerMs: 60_000, silenceMs: 150 });
      const reading = (async () => {
        for await (const piece of stream.pieces()) text += String(piece);
      })();
      await expect(reading).rejects.toThrow('nothing came for 150 ms');
      return text;
    };
    // The server is in this process: where that stands still, it is silent indeed.
    await until(async () => (await attempt()) === '.'.repeat(10), 'a stream without a break');
  });

  it('ends with its signal, at every stage, and says why', async () => {
    answer = (request, response) => void (request.url === '/begin' && response.write('.'));
    const ending = new AbortController();
    const waiting = HttpStream.open(url, { signal: ending.signal }, TIMES);
    const stream = await HttpStream.open(new URL('/begin', url), { signal: ending.signal }, TIMES);
    const reading = readAll(stream);
    await until(() => open === 2, 'both to be there');
    ending.abort(new Error('closed'));
    await expect(waiting).rejects.toThrow('closed');
    await expect(reading).rejects.toThrow('closed');
    await expect(HttpStream.open(url, { signal: ending.signal }, TIMES)).rejects.toThrow('closed');
  });

  it('fails where the answer breaks off, or there is none', async () => {
    answer = (_, response) => {
      response.write('half');
      setImmediate(() => response.destroy());
    };
    await expect(askHttp(url, {}, LIMITS)).rejects.toThrow();
    answer = (_, response) => response.destroy();
    await expect(askHttp(url, {}, LIMITS)).rejects.toThrow();
    await expect(askHttp(new URL('http://127.0.0.1:1'), {}, LIMITS)).rejects.toThrow('ECONNREFUSED');
  });

  it.each([
    ['closes without one', ''],
    ['changes the protocol unasked', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n'],
    ['says no more than that it goes on', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
  ])('fails at once where the server %s', async (_, text) => {
    answer = ({ socket }) => void socket.end(text);
    await expect(HttpStream.open(url, {}, {})).rejects.toThrow();
    await expect(askHttp(url, {}, LIMITS)).rejects.not.toThrow('no answer came');
  });

  it('gives up the rest of a stream that is left, or closed unread', async () => {
    answer = (_, response) => {
      const timer = setInterval(() => response.write('.'), 5);
      response.once('close', () => clearInterval(timer));
    };
    const stream = await HttpStream.open(url, {}, TIMES);
    for await (const piece of stream.pieces()) if (piece.byteLength > 0) break;
    const unread = await HttpStream.open(url, {}, TIMES);
    unread.close();
    unread.close();
  });
});
