import type { Endpoint } from '@minos/discovery';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { exchangeBytes, statusesIn } from '../front-door/exchange-bytes-kit.js';
import { ROUTES, TestService } from '../front-door/front-door-kit.js';
import { NestDoor } from '../module/nest-door-kit.js';

const ADAPTERS: readonly [string, () => AbstractHttpAdapter][] = [
  ['express', () => new ExpressAdapter()],
  ['fastify', () => new FastifyAdapter()],
];

const ENDPOINTS: readonly Endpoint[] = [
  { method: '*', path: '/open', access: ROUTES.public },
  { method: '*', path: '/admin', access: ROUTES.admin },
];

const SMUGGLED = 'GET /admin HTTP/1.1\r\nHost: a\r\nX-Smuggled: 1\r\n\r\n';
const head = (...lines: string[]): string => `POST /open HTTP/1.1\r\nHost: a\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
const length = (text: string): string => `Content-Length: ${text.length}`;
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

/** Bytes that one reader takes for one request and another one for two. None of them may reach a service. */
const SHAPES: readonly [string, string][] = [
  ['CL.TE', `${head(length(`0\r\n\r\n${SMUGGLED}`), 'Transfer-Encoding: chunked')}0\r\n\r\n${SMUGGLED}`],
  ['TE.CL', `${head('Content-Length: 4', 'Transfer-Encoding: chunked')}${chunk(SMUGGLED)}0\r\n\r\n`],
  ['TE.CL, length behind', `${head('Transfer-Encoding: chunked', 'Content-Length: 4')}${chunk(SMUGGLED)}0\r\n\r\n`],
  ['TE.TE, two headers', `${head('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')}0\r\n\r\n${SMUGGLED}`],
  ['TE.TE, the same twice', `${head('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}0\r\n\r\n${SMUGGLED}`],
  ['TE.TE, a list', `${head('Transfer-Encoding: identity, chunked')}0\r\n\r\n${SMUGGLED}`],
  ['TE.TE, chunked not last', `${head('Transfer-Encoding: chunked, identity')}0\r\n\r\n${SMUGGLED}`],
  ['TE.TE, an unknown coding', `${head('Transfer-Encoding: xchunked')}0\r\n\r\n${SMUGGLED}`],
  ['TE.TE, gzip in front', `${head('Transfer-Encoding: gzip, chunked')}0\r\n\r\n${SMUGGLED}`],
  ['TE.TE, a blank before the colon', `${head('Transfer-Encoding : chunked')}0\r\n\r\n${SMUGGLED}`],
  ['TE.TE, a vertical tab', `${head('Transfer-Encoding:\x0bchunked')}0\r\n\r\n${SMUGGLED}`],
  ['TE.TE, a tab inside', `${head('Transfer-Encoding: chun\tked')}0\r\n\r\n${SMUGGLED}`],
  ['TE.TE, quoted', `${head('Transfer-Encoding: "chunked"')}0\r\n\r\n${SMUGGLED}`],
  ['TE.TE, folded', `${head('Transfer-Encoding:\r\n chunked')}0\r\n\r\n${SMUGGLED}`],
  ['TE.TE, a parameter', `${head('Transfer-Encoding: chunked;a=b')}0\r\n\r\n${SMUGGLED}`],
  ['TE on HTTP/1.0', `POST /open HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['CL.CL, different', `${head('Content-Length: 0', length(SMUGGLED))}${SMUGGLED}`],
  ['CL.CL, the same', `${head(length(SMUGGLED), length(SMUGGLED))}${SMUGGLED}`],
  ['CL, a list', `${head(`${length(SMUGGLED)}, ${SMUGGLED.length}`)}${SMUGGLED}`],
  ['CL, a sign', `${head(`Content-Length: +${SMUGGLED.length}`)}${SMUGGLED}`],
  ['CL, below zero', `${head('Content-Length: -1')}${SMUGGLED}`],
  ['CL, hexadecimal', `${head(`Content-Length: 0x${SMUGGLED.length.toString(16)}`)}${SMUGGLED}`],
  ['CL, blanks inside', `${head('Content-Length: 1 0')}${SMUGGLED}`],
  ['CL, too large to count', `${head('Content-Length: 18446744073709551617')}${SMUGGLED}`],
  ['CL, folded', `${head(`Content-Length:\r\n ${SMUGGLED.length}`)}${SMUGGLED}`],
  ['bare LF between headers', `POST /open HTTP/1.1\r\nHost: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['bare LF everywhere', `POST /open HTTP/1.1\nHost: a\nContent-Length: 0\n\n${SMUGGLED}`],
  ['bare CR between headers', `POST /open HTTP/1.1\r\nHost: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['obs-fold', `${head('X-A: 1', ' Content-Length: 40')}${SMUGGLED}`],
  ['obs-fold in the first line', `POST /open HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n${SMUGGLED}`],
  ['NUL in a header', `${head('X-A: a\x00b')}${SMUGGLED}`],
  ['two Host headers', `POST /open HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n`],
  ['no Host', `POST /open HTTP/1.1\r\nContent-Length: 0\r\n\r\n`],
  ['a Host that is none', `POST /open HTTP/1.1\r\nHost: a/b@c\r\nContent-Length: 0\r\n\r\n`],
  ['HTTP/0.9', `GET /open\r\n\r\n`],
  ['HTTP/2 in clear', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`],
  ['a version that is none', `GET /open HTTP/1.2\r\nHost: a\r\n\r\n`],
];

/** The request begins well; where its body is wrong the service may have begun to read it, and never comes to its end. */
const BROKEN_BODIES: readonly [string, string][] = [
  ['a chunk size below zero', `${head('Transfer-Encoding: chunked')}-1\r\n\r\n0\r\n\r\n${SMUGGLED}`],
  ['a chunk size with a prefix', `${head('Transfer-Encoding: chunked')}0x3\r\nabc\r\n0\r\n\r\n${SMUGGLED}`],
  ['a chunk size that overflows', `${head('Transfer-Encoding: chunked')}10000000000000001\r\na\r\n0\r\n\r\n${SMUGGLED}`],
  ['a chunk that is longer than it says', `${head('Transfer-Encoding: chunked')}1\r\nabc\r\n0\r\n\r\n${SMUGGLED}`],
  ['bare LF behind the chunk size', `${head('Transfer-Encoding: chunked')}3\nabc\r\n0\r\n\r\n${SMUGGLED}`],
  ['bare LF behind a chunk extension', `${head('Transfer-Encoding: chunked')}2;\nxx\r\n4c\r\n0\r\n\r\n${SMUGGLED}`],
  ['bare LF behind the last chunk', `${head('Transfer-Encoding: chunked')}0\n\r\n${SMUGGLED}`],
  ['a length among the trailers', `${head('Transfer-Encoding: chunked')}3\r\nabc\r\n0\r\nContent-Length: 40\r\n\r\n${SMUGGLED}`],
  ['a chunk extension without end', `${head('Transfer-Encoding: chunked')}1;${'a'.repeat(40_000)}\r\na\r\n0\r\n\r\n${SMUGGLED}`],
];

/** Odd, but of one meaning: as many requests behind as were sent. */
const WELL_FORMED: readonly [string, string, number][] = [
  ['one after the other in one piece', `${head('Content-Length: 2')}ab${head('Content-Length: 2')}cd`, 2],
  ['a chunk extension', `${head('Transfer-Encoding: chunked')}3;a=b\r\nabc\r\n0\r\n\r\n`, 1],
  ['trailers', `${head('Transfer-Encoding: chunked')}3\r\nabc\r\n0\r\nX-Sum: 40\r\n\r\n`, 1],
  ['CL.0: a body where none is expected', `GET /open HTTP/1.1\r\nHost: a\r\n${length(SMUGGLED)}\r\n\r\n${SMUGGLED}`, 1],
  ['a body in chunks that is a request', `${head('Transfer-Encoding: chunked')}${chunk(SMUGGLED)}0\r\n\r\n`, 1],
];

describe.each(ADAPTERS)('requests within requests, on %s', (_name, adapter) => {
  let door: NestDoor;
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start('shop');
    door = await NestDoor.start(adapter);
    door.directory.set([service.entry(ENDPOINTS)]);
  });

  afterAll(async () => {
    await door.stop();
    await service.stop();
  });

  beforeEach(() => {
    service.seen.length = 0;
    service.begun = 0;
  });

  it.each(SHAPES)('do not pass: %s', async (_what, bytes) => {
    const answer = await exchangeBytes(door.port, bytes);
    expect(statusesIn(answer).filter((status) => status < 400)).toEqual([]);
    expect(service.begun).toBe(0);
  });

  it.each(BROKEN_BODIES)('do not pass in a body that is broken: %s', async (_what, bytes) => {
    const answer = await exchangeBytes(door.port, bytes);
    expect(statusesIn(answer).filter((status) => status < 400)).toEqual([]);
    expect(service.seen).toEqual([]);
    expect(service.begun).toBeLessThanOrEqual(1);
  });

  it.each(WELL_FORMED)('are as many behind as were sent: %s', async (_what, bytes, sent) => {
    const answer = await exchangeBytes(door.port, bytes, 1_000);
    expect(statusesIn(answer)).toEqual(Array.from({ length: sent }, () => 200));
    expect(service.seen.map(({ url }) => url)).toEqual(Array.from({ length: sent }, () => '/open'));
  });

  it('are seen by the service where nothing is in front of it: the control', async () => {
    const answer = await exchangeBytes(Number(new URL(service.address).port), `${head('Content-Length: 0')}${SMUGGLED}`);
    expect(statusesIn(answer)).toEqual([200, 200]);
    expect(service.seen.map(({ url }) => url)).toEqual(['/open', '/admin']);
  });
});
