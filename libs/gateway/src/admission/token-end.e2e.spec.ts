import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { AuthClient } from '@minos/auth';
import { TestIssuer } from '@minos/auth/testing';
import { until } from '@minos/common/testing';
import { WebSocket, WebSocketServer } from 'ws';
import { endsWithin } from '../../../../tools/testing/ends-within.js';
import { type Handler, ROUTES, TestDoor, type TestDoorOptions, TestService } from '../front-door/front-door-kit.js';

const ENDPOINTS = [{ method: 'GET', path: '/{what}', access: ROUTES.authenticated }];
/** What is known of somebody who left. */
const WITHIN_MS = 5_000;

interface Started {
  readonly issuer: TestIssuer;
  readonly door: TestDoor;
  readonly service: TestService;
  readonly sockets: WebSocketServer;
  /** What the service answers with and has not ended. */
  readonly open: Set<ServerResponse>;
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(options: TestDoorOptions = {}): Promise<Started> {
  const issuer = await TestIssuer.start();
  const auth = new AuthClient({
    url: issuer.url,
    service: 'gateway',
    secret: 'the secret of a gateway in a test',
    accessTokens: { audience: 'shop' },
  });
  await auth.open();
  const open = new Set<ServerResponse>();
  const answer: Handler = ({ url }, response) => {
    const type = url === '/events' ? 'text/event-stream' : 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, ...(url === '/file' ? { 'content-length': '1000000' } : {}) });
    response.write(url === '/events' ? 'data: 1\n\n' : 'a part');
    open.add(response.on('close', () => open.delete(response)));
  };
  const service = await TestService.start('shop', answer);
  const sockets = new WebSocketServer({ server: service.server });
  const door = await TestDoor.start({ ...options, ports: { verifier: auth.verifier } });
  door.directory.set([service.entry(ENDPOINTS)]);
  stops.push(
    () => issuer.stop(),
    () => auth.close(),
    async () => sockets.clients.forEach((client) => client.terminate()),
    () => service.stop(),
    () => door.stop(),
  );
  return { issuer, door, service, sockets, open };
}

/** Reads an answer to its end. */
async function take(
  { door }: Started,
  path: string,
  token: string,
): Promise<{ readonly status: number; readonly ended: Promise<'end' | 'cut'> }> {
  const response = await fetch(door.url + path, { headers: { authorization: `Bearer ${token}` } });
  return {
    status: response.status,
    ended: response.text().then(
      () => 'end' as const,
      () => 'cut' as const,
    ),
  };
}

async function connected({ door }: Started, token: string): Promise<{ readonly closed: Promise<readonly [number, string]> }> {
  const socket = new WebSocket(`${door.url.replace('http', 'ws')}/live`, { headers: { authorization: `Bearer ${token}` } });
  const closed = once(socket, 'close').then(([code, reason]) => [code as number, String(reason)] as const);
  await once(socket, 'open');
  return { closed };
}

/** Two looks at all that runs have been by then. */
const sweepsLater = (): Promise<void> => pause(2_200);
const ENDED = [1008, 'The access token is not valid any more.'];

describe.each([
  ['logged out', { subject: 'ann', session: 'first' }],
  ['disabled', { subject: 'ann' }],
])('a caller who is %s', (_what, revocation) => {
  it('loses its WebSockets, its event streams and its downloads within 5 s; nobody else does', async () => {
    const started = await start();
    const { issuer, door, sockets, open } = started;
    const ann = issuer.accessToken({ subject: 'ann', session: 'first' });
    const others = [issuer.accessToken({ subject: 'bob', session: 'third' })];
    if ('session' in revocation) others.push(issuer.accessToken({ subject: 'ann', session: 'second' }));
    const mine = {
      socket: await connected(started, ann),
      events: await take(started, '/events', ann),
      file: await take(started, '/file', ann),
    };
    for (const token of others) {
      await connected(started, token);
      for (const path of ['/events', '/file', '/part']) expect((await take(started, path, token)).status).toBe(200);
    }
    issuer.revoke({ ...revocation, notBefore: Math.floor(Date.now() / 1000) });
    const ends = Promise.all([mine.socket.closed, mine.events.ended, mine.file.ended]);
    // The end of an event stream is a whole one, so that the client comes again; half a file must not look like one.
    expect(await endsWithin(ends, 'all that is of the caller to end', WITHIN_MS)).toEqual([ENDED, 'end', 'cut']);
    await until(() => open.size === 3 * others.length && sockets.clients.size === others.length, 'the service to see the end');
    expect(door.door.running).toBe(4 * others.length);
    expect((await take(started, '/events', ann)).status).toBe(401);
  });
});

describe('a token whose time is over', () => {
  it('ends WebSockets and event streams, and lets a download go on, which ends where its caller is logged out then', async () => {
    const started = await start();
    const { issuer, door, open } = started;
    // Anew where the token was over before all three were open.
    const { socket, events, file } = await until(async () => {
      const token = issuer.accessToken({ subject: 'ann', session: 'first', life: 2 });
      const socket = await connected(started, token).catch(() => undefined);
      const [events, file] = [await take(started, '/events', token), await take(started, '/file', token)];
      return file.status === 200 && socket !== undefined && { socket, events, file };
    }, 'all to be open');
    expect(await socket.closed).toEqual(ENDED);
    expect(await events.ended).toBe('end');
    await until(() => door.door.running === 1, 'them to be over');
    expect(open.size).toBe(1);
    issuer.revoke({ subject: 'ann', session: 'first', notBefore: Math.floor(Date.now() / 1000) });
    expect(await file.ended).toBe('cut');
  });

  it('ends nothing where that is not wanted', async () => {
    const started = await start({ endWithToken: false });
    const { issuer, door } = started;
    const { token, events } = await until(async () => {
      const token = issuer.accessToken({ subject: 'ann', life: 1 });
      const events = await take(started, '/events', token);
      return events.status === 200 && { token, events };
    }, 'the stream to be open');
    await until(async () => {
      const { status, body } = await fetch(`${door.url}/events`, { headers: { authorization: `Bearer ${token}` } });
      await body?.cancel();
      return status === 401;
    }, 'the token to end');
    await sweepsLater();
    await until(() => door.door.running === 1, 'what was only asked for to end');
    expect(events.status).toBe(200);
  });
});

it('keys that cannot be had for a while end nothing', async () => {
  const started = await start();
  const { issuer, door } = started;
  const events = await take(started, '/events', issuer.accessToken({ subject: 'ann' }));
  issuer.away('refused');
  await sweepsLater();
  expect([events.status, door.door.running]).toEqual([200, 1]);
});
