import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { rawResponse } from '../http/raw-response.js';
import { until } from '../testing/until.js';
import { EventResponse } from './event-response.js';

describe('EventResponse', () => {
  let server: Server;
  let reader: Socket;
  let heard = '';
  let sink: EventResponse;
  let closed: { times: number };

  /** A reader that asked, and what it is answered by. */
  const open = async (patienceMs?: number): Promise<void> => {
    heard = '';
    const own = (closed = { times: 0 });
    const asked = new Promise<void>((resolve) => {
      server = createServer((_, response) => {
        sink = new EventResponse(response, patienceMs);
        sink.onClose(() => own.times++);
        resolve();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    reader = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    reader.on('data', (piece) => (heard += String(piece)));
    reader.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await asked;
  };
  /** More than buffers hold. */
  const fill = (): Promise<void> => sink.write('x'.repeat(20_000_000));

  afterEach(async () => {
    reader.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('begins at once, with what proxies need to know', async () => {
    await open();
    await until(() => heard.includes('\r\n\r\n'), 'the headers');
    expect(heard.toLowerCase()).toMatch(
      /^http\/1\.1 200.*content-type: text\/event-stream.*cache-control: no-store.*x-accel-buffering: no/s,
    );
    await sink.write('data: 1\n\n');
    await until(() => heard.includes('data: 1\n\n'), 'the event');
    expect([sink.closed, closed.times]).toEqual([false, 0]);
  });

  it('waits for a reader that is slow', async () => {
    await open();
    reader.pause();
    let written = false;
    const writing = fill().then(() => (written = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(written).toBe(false);
    reader.resume();
    await writing;
    expect(sink.closed).toBe(false);
  });

  it('gives up a reader that takes nothing', async () => {
    await open(50);
    reader.pause();
    await fill();
    expect([sink.closed, closed.times]).toEqual([true, 1]);
    await sink.write('data: 1\n\n');
  });

  it('says once that the reader has gone, and waits no more', async () => {
    await open();
    reader.pause();
    const writing = fill();
    reader.destroy();
    await writing;
    await until(() => sink.closed, 'it to be seen');
    expect(closed.times).toBe(1);
  });

  it('ends what waits when it is ended, and sends what was written', async () => {
    await open();
    await sink.write('data: 1\n\n');
    reader.pause();
    const writing = fill();
    sink.end();
    sink.end();
    await writing;
    expect([sink.closed, closed.times]).toEqual([true, 1]);
    reader.resume();
    await until(() => heard.length > 20_000_000, 'all of it');
    expect(heard).toContain('data: 1\n\n');
  });
});

describe('rawResponse', () => {
  it('takes the response out of the hands of Fastify, and is that of Express', () => {
    let hijacked = 0;
    const raw = {};
    expect(rawResponse({ raw, hijack: () => hijacked++ })).toBe(raw);
    expect(hijacked).toBe(1);
    expect(rawResponse(raw)).toBe(raw);
  });
});
