import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { until } from '@minos/common/testing';
import type { Endpoint } from '@minos/discovery';
import type { RateDecision, RateLimiter } from '../contracts/limits.js';
import { endsWithin } from '../../../../tools/testing/ends-within.js';
import { exchangeBytes } from './exchange-bytes-kit.js';
import { type Handler, ROUTES, TestDoor, type TestDoorOptions, TestService } from './front-door-kit.js';
import { standstill } from './standstill-kit.js';

const ENDPOINTS: readonly Endpoint[] = [
  { method: 'GET', path: '/orders/{id}', access: ROUTES.authenticated },
  { method: 'POST', path: '/orders', access: ROUTES.authenticated },
  { method: 'POST', path: '/products', access: ROUTES.admin },
  { method: '*', path: '/open/{rest...}', access: ROUTES.public },
  { method: 'GET', path: '/slow', access: ROUTES.public, timeoutMs: 200 },
];
const ALICE = { authorization: 'Bearer alice' };

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(handler?: Handler, options: TestDoorOptions = {}): Promise<{ door: TestDoor; service: TestService }> {
  const service = await TestService.start('order', handler);
  const door = await TestDoor.start(options);
  door.directory.set([service.entry(ENDPOINTS)]);
  stops.push(
    () => service.stop(),
    () => door.stop(),
  );
  return { door, service };
}

const tooMany: RateDecision = { allowed: false, limit: 1, remaining: 0, resetMs: 1_000, retryAfterMs: 1_000 };

/** Lets the first so many through. */
const firstOnly = (most: number): RateLimiter => {
  let taken = 0;
  return { take: () => ({ ...tooMany, allowed: ++taken <= most }) };
};

describe('who is refused', () => {
  it.each([
    ['a token that nobody made', '/orders/7', { authorization: 'Bearer mallory' }, 401],
    ['no token', '/orders/7', undefined, 401],
    ['no route', '/nowhere', undefined, 404],
    ['another method', '/products', undefined, 405],
  ])('counts against the limits like everybody else: %s', async (_what, path, headers, status) => {
    const { door } = await start(undefined, { ports: { rates: firstOnly(2) } });
    const statuses: number[] = [];
    for (let at = 0; at < 4; at++) statuses.push((await fetch(door.url + path, headers === undefined ? {} : { headers })).status);
    expect(statuses).toEqual([status, status, 429, 429]);
  });
});

describe('what the application answers itself', () => {
  it('is limited, too, but for what load balancers ask for', async () => {
    const { door } = await start(undefined, { ports: { rates: firstOnly(2) } });
    const statusOf = async (path: string): Promise<number> => (await fetch(door.url + path)).status;
    for (const expected of [200, 200, 429, 429]) expect(await statusOf('/metrics')).toBe(expected);
    expect(await statusOf('/docs/openapi.json')).toBe(429);
    for (let at = 0; at < 3; at++) expect(await statusOf('/health/ready')).toBe(200);
  });

  it('is not waited for without end', async () => {
    const { door } = await start(undefined, { times: { idle: '200ms' }, own: (_request, response) => void response.write('a part') });
    // The door hangs up long before this client would.
    const answer = await endsWithin(
      exchangeBytes(door.port, 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n', 120_000),
      'the answer to be cut',
      60_000,
    );
    expect(answer).toContain('a part');
    await until(() => door.door.connections === 0, 'the connection to be closed');
  });
});

describe('a request through the gateway', () => {
  it('reaches its service with a token for that service, and never with that of the client', async () => {
    const { door, service } = await start();
    const response = await fetch(`${door.url}/orders/7?expand=lines`, { headers: ALICE });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true });
    expect(service.last).toMatchObject({ method: 'GET', url: '/orders/7?expand=lines' });
    expect(service.last.headers.authorization).toBe('Bearer st.order.alice');
    expect(JSON.stringify(service.last.rawHeaders)).not.toContain('Bearer alice');
    expect(service.last.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `127.0.0.1:${door.port}`,
      forwarded: `for=127.0.0.1;host="127.0.0.1:${door.port}";proto=http`,
    });
    expect(Number(service.last.headers['minos-deadline'])).toBeGreaterThan(20_000);
    expect(service.last.headers['x-correlation-id']).toBe(response.headers.get('x-correlation-id'));
    expect(service.last.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it.each([
    ['no token', 'GET', '/orders/7', {}, 401, 'GATEWAY_UNAUTHENTICATED'],
    ['a token that nobody made', 'GET', '/orders/7', { authorization: 'Bearer mallory' }, 401, 'GATEWAY_TOKEN_REFUSED'],
    ['another scheme', 'GET', '/orders/7', { authorization: 'Basic YTpi' }, 401, 'GATEWAY_TOKEN_REFUSED'],
    ['a role that is missing', 'POST', '/products', ALICE, 403, 'GATEWAY_FORBIDDEN'],
    ['no route', 'GET', '/nowhere', ALICE, 404, 'GATEWAY_ROUTE_NOT_FOUND'],
    ['another method', 'DELETE', '/orders/7', ALICE, 405, 'GATEWAY_METHOD_NOT_ALLOWED'],
  ])('is refused with a problem: %s', async (_what, method, path, headers, status, code) => {
    const { door, service } = await start();
    const response = await fetch(door.url + path, { method, headers: headers as Record<string, string> });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status, code, correlationId: response.headers.get('x-correlation-id') });
    if (status === 401) expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /);
    if (status === 405) expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(service.begun).toBe(0);
  });

  it('needs no token where the route is public, and a wrong one does not matter there', async () => {
    const { door, service } = await start();
    expect((await fetch(`${door.url}/open/a`)).status).toBe(200);
    expect((await fetch(`${door.url}/open/a`, { headers: { authorization: 'Bearer expired' } })).status).toBe(200);
    expect(service.last.headers.authorization).toBe('Bearer st.order.anonymous');
    expect((await fetch(`${door.url}/open/a`, { headers: ALICE })).status).toBe(200);
    expect(service.last.headers.authorization).toBe('Bearer st.order.alice');
  });

  it('is answered by the application where the path is its own', async () => {
    const { door, service } = await start();
    expect(await (await fetch(`${door.url}/health/ready`)).text()).toBe('own');
    expect((await fetch(`${door.url}/healthy`)).status).toBe(404);
    expect(service.begun).toBe(0);
  });
});

describe('bodies', () => {
  it.each([
    ['short', 20],
    ['held', 60_000],
    ['streamed', 3_000_000],
  ])('go through in both directions: %s', async (_what, size) => {
    const { door } = await start((request, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      request.pipe(response);
    });
    const body = randomBytes(size);
    const response = await fetch(`${door.url}/open/echo`, { method: 'POST', body });
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
  });

  it('go through in chunks of unknown length', async () => {
    const { door, service } = await start();
    const body = Readable.from([Buffer.from('one'), Buffer.from('two')]);
    const response = await fetch(`${door.url}/open/a`, { method: 'POST', body: Readable.toWeb(body) as never, duplex: 'half' } as never);
    expect(response.status).toBe(200);
    expect(service.last.body.toString()).toBe('onetwo');
    expect(service.last.headers['transfer-encoding']).toBe('chunked');
  });

  it('that are too large are refused: at once where the length is said, else while they come', async () => {
    const { door, service } = await start(undefined, { limits: { body: 1_000_000 } });
    const said = await exchangeBytes(door.port, 'POST /open/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000001\r\n\r\n');
    expect(said).toMatch(/^HTTP\/1\.1 413 /);
    expect(service.begun).toBe(0);
    const body = Readable.from(Array.from({ length: 40 }, () => randomBytes(50_000)));
    const response = await fetch(`${door.url}/open/a`, { method: 'POST', body: Readable.toWeb(body) as never, duplex: 'half' } as never);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'GATEWAY_BODY_TOO_LARGE' });
    expect(service.seen).toEqual([]);
  });

  it('are asked for only when the request may go on', async () => {
    const { door, service } = await start();
    const ask = (path: string): string => `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n`;
    const refused = await exchangeBytes(door.port, ask('/orders'));
    expect(refused).toMatch(/^HTTP\/1\.1 401 /);
    const welcome = await exchangeBytes(door.port, `${ask('/open/a')}hi`);
    expect(welcome).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    expect(service.last.body.toString()).toBe('hi');
  });
});

describe('answers', () => {
  it('come as they are made: events are not held back', async () => {
    const { door } = await start((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      setTimeout(() => response.write('data: 1\n\n'), 50);
    });
    const response = await fetch(`${door.url}/open/events`, { headers: { accept: 'text/event-stream' } });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('data: 1\n\n');
    await reader.cancel();
  });

  it('of HEAD, 204 and 304 have no body', async () => {
    const { door } = await start((request, response) => {
      const status = Number(new URL(request.url ?? '', 'http://a').searchParams.get('status'));
      response.writeHead(status, status === 200 ? { 'content-length': '1234' } : {}).end();
    });
    const head = await fetch(`${door.url}/open/a?status=200`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '1234']);
    for (const status of [204, 304]) expect((await fetch(`${door.url}/open/a?status=${status}`)).status).toBe(status);
  });

  it('keep their trailers', async () => {
    const { door } = await start((_request, response) => {
      response.writeHead(200, { trailer: 'x-sum' });
      response.write('a');
      response.addTrailers({ 'x-sum': '1' });
      response.end();
    });
    const trailers = await new Promise((resolve, reject) => {
      httpRequest(`${door.url}/open/a`, (response) => response.resume().on('end', () => resolve(response.trailers)))
        .on('error', reject)
        .end();
    });
    expect(trailers).toEqual({ 'x-sum': '1' });
  });

  it('say nothing of what is inside', async () => {
    const { door } = await start((_request, response) => {
      response
        .writeHead(200, {
          server: 'secret/1',
          'x-powered-by': 'Express',
          'x-user-id': '7',
          'access-control-allow-origin': '*',
          etag: '"1"',
        })
        .end('ok');
    });
    const { headers } = await fetch(`${door.url}/open/a`);
    for (const name of ['server', 'x-powered-by', 'x-user-id', 'access-control-allow-origin']) expect(headers.get(name)).toBeNull();
    expect(headers.get('etag')).toBe('"1"');
  });

  it('that end too soon end too soon for the client, too', async () => {
    const { door } = await start((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    });
    const response = await fetch(`${door.url}/open/a`);
    await expect(response.text()).rejects.toThrow();
  });

  it('that do not come in time are a 504, and the service is not kept waiting', async () => {
    let left = false;
    const { door } = await start((request) => {
      request.on('close', () => (left = true));
    });
    const response = await fetch(`${door.url}/slow`);
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ code: 'GATEWAY_UPSTREAM_TIMEOUT' });
    await until(() => left, 'the call to be taken back');
  });

  it('that nobody waits for are not made: the service sees that the client left', async () => {
    let left = false;
    const { door, service } = await start((request) => {
      request.on('close', () => (left = true));
    });
    const leaving = new AbortController();
    const asked = fetch(`${door.url}/open/a`, { signal: leaving.signal }).catch(() => 'left');
    await until(() => service.begun === 1, 'the request');
    leaving.abort();
    expect(await asked).toBe('left');
    await until(() => left, 'the call to be taken back');
    await until(() => door.door.running === 0, 'the end of the request');
  });

  it('go only as fast as the client takes them', async () => {
    let written = 0;
    const { door } = await start((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const write = (): void => {
        while (written < 200 * 1024 * 1024) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', write);
        }
        response.end();
      };
      response.on('error', () => undefined);
      write();
    });
    const response = await fetch(`${door.url}/open/a`);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    // What fits into buffers on the way goes on; then it stands still.
    expect(await standstill(() => written, 'the stream to stand still')).toBeLessThan(100 * 1024 * 1024);
    await reader.cancel();
  });
});

describe('compression', () => {
  const text = 'all work and no play '.repeat(500);
  const handler: Handler = (request, response) => {
    const type = request.url === '/open/events' ? 'text/event-stream' : 'text/plain';
    response.writeHead(200, { 'content-type': type, 'content-length': String(text.length), etag: '"1"' }).end(text);
  };

  it('is left out unless it is asked for', async () => {
    const { door } = await start(handler);
    expect((await fetch(`${door.url}/open/a`)).headers.get('content-encoding')).toBeNull();
  });

  it.each(['gzip', 'br'])('makes answers shorter, not other: %s', async (coding) => {
    const { door } = await start(handler, { compression: { enabled: true } });
    const response = await fetch(`${door.url}/open/a`, { headers: { 'accept-encoding': coding } });
    expect(response.headers.get('content-encoding')).toBe(coding);
    expect(response.headers.get('etag')).toBe('W/"1"');
    expect(
      createHash('sha1')
        .update(await response.text())
        .digest('hex'),
    ).toBe(createHash('sha1').update(text).digest('hex'));
    expect((await fetch(`${door.url}/open/events`)).headers.get('content-encoding')).toBeNull();
  });
});

describe('pages of other origins', () => {
  const options = { cors: { origins: ['https://shop.example'], credentials: true } };

  it('are let in by name', async () => {
    const { door, service } = await start(undefined, options);
    const preflight = await fetch(`${door.url}/orders`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(preflight.headers.get('access-control-allow-credentials')).toBe('true');
    expect(service.begun).toBe(0);
    const { headers } = await fetch(`${door.url}/open/a`, { headers: { origin: 'https://shop.example' } });
    expect(headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(headers.get('vary')).toContain('Origin');
  });

  it('are not let in otherwise', async () => {
    const { door } = await start(undefined, options);
    for (const origin of ['https://evil.example', 'null', 'https://shop.example.evil.example']) {
      const { headers } = await fetch(`${door.url}/open/a`, { headers: { origin } });
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});
