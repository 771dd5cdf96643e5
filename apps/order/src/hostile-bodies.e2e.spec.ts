import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { OrderModule } from './order.module.js';

const json = { 'content-type': 'application/json' };
const MEGABYTE = 1024 * 1024;
const account = '"accountId":"0190c8a0-0000-7000-8000-000000000001"';
const lines = '"lines":[{"sku":"mug","quantity":2}]';
const order = (more: string): string => `{${account},${lines},${more}}`;
const withSku = (sku: string): string => `{${account},"lines":[{"sku":"${sku}","quantity":2}]}`;

interface Problem {
  readonly status: number;
  readonly errors?: readonly { path: string }[];
}

/** What is sent, the status, and the paths that the answer names. */
const HOSTILE: readonly (readonly [what: string, body: string, status: number, ...paths: string[]])[] = [
  ['a __proto__ key', order('"__proto__":{"isAdmin":true}'), 400, '__proto__'],
  ['a __proto__ key inside', `{${account},"lines":[{"sku":"mug","quantity":2,"__proto__":{"x":1}}]}`, 400, 'lines[0].__proto__'],
  ['a constructor with a prototype', order('"constructor":{"prototype":{"x":1}}'), 400, 'constructor'],
  ['50,000 lists inside one another', order(`"x":${'['.repeat(50_000)}${']'.repeat(50_000)}`), 400, `x${'[0]'.repeat(63)}`],
  ['50,000 objects that never close', '{"a":'.repeat(50_000), 400, Array.from({ length: 64 }, () => 'a').join('.')],
  ['a NUL', withSku('mug\\u0000'), 400, 'lines[0].sku'],
  ['a lone surrogate', withSku('mug\\ud800'), 400, 'lines[0].sku'],
  ['2^53 + 1', `{${account},"lines":[{"sku":"mug","quantity":9007199254740993}]}`, 400, 'lines[0].quantity'],
  ['1 MB and a byte', `{"x":"${'a'.repeat(MEGABYTE + 1 - 8)}"}`, 413, ''],
  ['8 MB', `{"x":"${'a'.repeat(8 * MEGABYTE)}"}`, 413, ''],
  ['half of a document', '{"accountId":', 400, ''],
  ['a list', '[]', 400, ''],
  ['a text', '"order"', 400, ''],
  ['null', 'null', 400, ''],
  ['lines of every wrong type', `{${account},"lines":[null,1,"x",[],true,{}]}`, 400, 'lines[0]', 'lines[1]', 'lines[2]'],
  ['a number for a text', `{${account},"lines":[{"sku":5,"quantity":"2"}]}`, 400, 'lines[0].sku', 'lines[0].quantity'],
  ['a list for a line', `{${account},"lines":[[]]}`, 400, 'lines[0]'],
  ['lines in a list of their own', `{${account},"lines":[[{"sku":"mug","quantity":1}]]}`, 400, 'lines[0]'],
  ['300,000 lines', `{${account},"lines":[${Array(300_000).fill('{}').join(',')}]}`, 400, 'lines'],
  ['80,000 fields', `{${Array.from({ length: 80_000 }, (_, index) => `"k${index}":1`).join(',')}}`, 400, ''],
  ['a field that hides a method', order('"toString":1'), 400, 'toString'],
  ['an object for a list', `{${account},"lines":{"0":{"sku":"mug","quantity":1},"length":1}}`, 400, 'lines'],
];

describe.each(['express', 'fastify'] as const)('hostile requests, on %s', (kind) => {
  let shop: TestingApp;

  beforeAll(async () => {
    shop = await createTestingApp(OrderModule, kind === 'fastify' ? { adapter: new FastifyAdapter() } : {});
  });

  afterAll(() => shop.close());

  afterEach(async () => {
    expect((await shop.feed.read(shop.feed.beginning)).events).toEqual([]);
    expect((await shop.http.get('/health/live')).status).toBe(200);
  });

  it.each(HOSTILE.map(([what, body, status, ...paths]) => ({ what, body, status, paths })))(
    'refuses $what',
    async ({ body, status, paths }) => {
      const answer = await shop.http.send<Problem>('POST', '/orders', { headers: { ...json, 'idempotency-key': randomUUID() }, body });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body.errors?.map(({ path }) => path)).toEqual(expect.arrayContaining(paths));
      expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
    },
  );

  it.each<[string, Record<string, string>, string | Uint8Array | undefined, number]>([
    ['bytes that are no UTF-8', { ...json }, new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), 400],
    ['another character set', { 'content-type': 'application/json; charset=utf-16' }, '{}', 415],
    ['a compressed body', { ...json, 'content-encoding': 'gzip' }, '{}', 415],
    ['no JSON', { 'content-type': 'text/plain' }, 'hello', 400],
    ['nothing', {}, undefined, 400],
  ])('refuses %s', async (_what, headers, body, status) => {
    const answer = await shop.http.send<Problem>('POST', '/orders', { headers, ...(body === undefined ? {} : { body }) });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('survives a client that goes away in the middle of its body', async () => {
    const { hostname, port } = new URL(shop.http.url);
    const socket = connect(Number(port), hostname);
    await new Promise<void>((resolve) => {
      socket.write(`POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"acc`, () => {
        socket.destroy();
        resolve();
      });
    });
    expect((await shop.http.get('/health/ready')).status).toBe(200);
  });

  it('answers a body without end, and then hangs up', async () => {
    const { hostname, port } = new URL(shop.http.url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('data', (piece) => (answer += piece.toString()));
    socket.on('error', () => undefined);
    socket.write('POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n');
    const piece = `10000\r\n${'a'.repeat(65_536)}\r\n`;
    for (let sent = 0; answer === '' && !socket.destroyed && sent < 64 * MEGABYTE; sent += 65_536) {
      await new Promise((resolve) => socket.write(piece, resolve));
    }
    await closed;
    expect(answer).toMatch(/^HTTP\/1.1 413 [^]*\r\nconnection: close\r\n/i);
  });

  it('refuses a path that is no text', async () => {
    expect((await shop.http.get<Problem>('/orders/%E0%A4%A')).status).toBe(400);
  });
});
