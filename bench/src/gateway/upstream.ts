import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const BODY = JSON.stringify({
  orderId: '01a2289d-14af-72b2-8e8c-76f4c274a479',
  status: 'confirmed',
  lines: [
    { sku: 'milk', quantity: 2 },
    { sku: 'bread', quantity: 1 },
  ],
  total: 1234,
});
const CHUNK = Buffer.alloc(256 * 1024, 'a');

/** The service behind every proxy: a small JSON answer, or so many bytes as a stream. */
export async function openUpstream() {
  const server = createServer((request, response) => {
    const bytes = /^\/streams\/(\d+)/.exec(request.url ?? '')?.[1];
    if (bytes === undefined) answer(request, response);
    else stream(response, Number(bytes));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    calls: { address: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type Upstream = Awaited<ReturnType<typeof openUpstream>>['calls'];

function answer(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) }).end(BODY);
}

function stream(response: ServerResponse, bytes: number): void {
  let left = bytes;
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes });
  const write = (): void => {
    while (left > 0) {
      const chunk = left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
      left -= chunk.length;
      if (!response.write(chunk)) return void response.once('drain', write);
    }
    response.end();
  };
  response.on('error', () => undefined);
  write();
}
