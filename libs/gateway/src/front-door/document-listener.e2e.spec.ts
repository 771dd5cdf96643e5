import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { until } from '@minos/common/testing';
import { documentListener } from './document-listener.js';
import { exchangeBytes } from './exchange-bytes-kit.js';
import { listen } from './front-door-kit.js';

const ASSET = '/docs/assets/a.js HTTP/1.1\r\nHost: a\r\n\r\n';

/** Without an end. */
class Endless extends Readable {
  override _read(size: number): void {
    this.push(Buffer.alloc(size));
  }
}

const opened: Readable[] = [];
const pages = {
  answer: async () => {
    const body = new Endless();
    opened.push(body);
    return { status: 200, headers: {}, body };
  },
};
const server = createServer(documentListener(pages, (_request, response) => response.end()));
const port = (): number => (server.address() as AddressInfo).port;
beforeAll(() => listen(server));
afterAll(() => server.close());
afterEach(() => opened.splice(0));

describe('a file of the documents', () => {
  it('is closed when its client leaves in the middle of it', async () => {
    const socket = connect(port(), '127.0.0.1', () => socket.write(`GET ${ASSET}`));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.resetAndDestroy();
    await until(() => opened.length === 1 && opened[0]?.destroyed === true, 'the file to be closed');
  });

  it('is closed where only its head is wanted', async () => {
    expect(await exchangeBytes(port(), `HEAD ${ASSET}`)).toContain('HTTP/1.1 200');
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([true]);
  });
});
