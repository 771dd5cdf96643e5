import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import type { Endpoint } from '@minos/discovery';
import { Agent, request as send } from 'undici';
import { exchangeBytes, statusesIn } from './exchange-bytes-kit.js';
import { type Handler, ROUTES, TestDoor, type TestDoorOptions, TestService } from './front-door-kit.js';

const ENDPOINTS: readonly Endpoint[] = [{ method: '*', path: '/open/{rest...}', access: ROUTES.public }];
const GET: readonly Endpoint[] = [
  { method: 'GET', path: '/open/{rest...}', access: ROUTES.public },
  { method: 'POST', path: '/open/{rest...}', access: ROUTES.public },
];

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(
  handlers: readonly (Handler | undefined)[],
  options: TestDoorOptions = {},
): Promise<{ door: TestDoor; services: TestService[] }> {
  const services = await Promise.all(handlers.map((handler, index) => TestService.start('shop', handler, `shop-${index}`)));
  const door = await TestDoor.start(options);
  door.directory.set(services.map((service) => service.entry(GET)));
  stops.push(async () => {
    await door.stop();
    await Promise.all(services.filter(({ server }) => server.listening).map((service) => service.stop()));
  });
  return { door, services };
}

const cut: Handler = (request) => request.socket.destroy();
const busy: Handler = (_request, response) => response.writeHead(503, { 'retry-after': '1', connection: 'close' }).end();

describe('a request whose instance is not there', () => {
  it('goes to another one, whatever it is', async () => {
    const { door, services } = await start([undefined, undefined]);
    await services[0]?.stop();
    for (let at = 0; at < 10; at++) expect((await fetch(`${door.url}/open/a`, { method: 'POST', body: 'x' })).status).toBe(200);
    expect(services[1]?.seen).toHaveLength(10);
  });

  it('is told so where there is no other: it took no effect', async () => {
    const { door, services } = await start([undefined]);
    await services[0]?.stop();
    const response = await fetch(`${door.url}/open/a`, { method: 'POST', body: 'x' });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ code: 'GATEWAY_UPSTREAM_UNREACHABLE' });
  });

  it('is told to come again where nobody is known, without a name of anything inside', async () => {
    const { door, services } = await start([undefined]);
    door.directory.set([]);
    const response = await fetch(`${door.url}/open/a`);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.text()).not.toContain(new URL(services[0]?.address ?? '').port);
  });
});

describe('a request that was sent and not answered', () => {
  it('is sent again where that does no harm', async () => {
    const { door, services } = await start([cut, undefined]);
    for (let at = 0; at < 4; at++) expect((await fetch(`${door.url}/open/a`)).status).toBe(200);
    expect(services[1]?.seen).toHaveLength(4);
  });

  it('is sent again where it has an idempotency key', async () => {
    const { door, services } = await start([cut, undefined]);
    for (let at = 0; at < 4; at++) {
      const response = await fetch(`${door.url}/open/a`, { method: 'POST', body: 'x', headers: { 'idempotency-key': String(at) } });
      expect(response.status).toBe(200);
    }
    expect(services[1]?.seen.map(({ body }) => body.toString())).toEqual(['x', 'x', 'x', 'x']);
  });

  it('is not sent again otherwise', async () => {
    const { door, services } = await start([cut, cut]);
    const response = await fetch(`${door.url}/open/a`, { method: 'POST', body: 'x' });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ code: 'GATEWAY_UPSTREAM_FAILED' });
    expect((services[0]?.begun ?? 0) + (services[1]?.begun ?? 0)).toBe(1);
  });

  it('is not sent again where the service does not get the idempotency key', async () => {
    const { door, services } = await start([cut, cut]);
    const answer = await exchangeBytes(
      door.port,
      'POST /open/a HTTP/1.1\r\nHost: a\r\nConnection: Idempotency-Key\r\nIdempotency-Key: 1\r\nContent-Length: 1\r\n\r\nx',
    );
    expect(statusesIn(answer)).toEqual([502]);
    expect((services[0]?.begun ?? 0) + (services[1]?.begun ?? 0)).toBe(1);
  });

  it('is not sent again with a body that went through', async () => {
    const { door, services } = await start([cut, cut], { limits: { heldBody: 0 } });
    const response = await fetch(`${door.url}/open/a`, { method: 'POST', body: 'x'.repeat(100_000), headers: { 'idempotency-key': '1' } });
    expect(response.status).toBe(502);
    expect((services[0]?.begun ?? 0) + (services[1]?.begun ?? 0)).toBe(1);
  });

  it('is sent three times at the most', async () => {
    const { door, services } = await start([cut, cut, cut, cut, cut]);
    expect((await fetch(`${door.url}/open/a`)).status).toBe(502);
    expect(services.reduce((sum, { begun }) => sum + begun, 0)).toBe(3);
  });

  it('is not sent again when the budget is spent', async () => {
    const { door, services } = await start([cut, cut], { ports: { budget: { sent: () => undefined, take: () => false } } });
    expect((await fetch(`${door.url}/open/a`)).status).toBe(502);
    expect(services.reduce((sum, { begun }) => sum + begun, 0)).toBe(1);
  });
});

describe('a body that is the fault of its client', () => {
  /** More than open the circuit, or eject the instance. */
  const TIMES = 25;
  const chunked = 'POST /open/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
  const chunk = (size: number): string => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`;

  it('and too large does not keep others from the service', async () => {
    const { door } = await start([undefined], { limits: { body: 1_000 } });
    for (let at = 0; at < TIMES; at++)
      expect(statusesIn(await exchangeBytes(door.port, chunked + chunk(100_000) + '0\r\n\r\n', 1_000))).toEqual([413]);
    expect((await fetch(`${door.url}/open/a`)).status).toBe(200);
  });

  it('and stops half-way does not either', async () => {
    const { door, services } = await start([undefined]);
    for (let at = 0; at < TIMES; at++) {
      const socket = connect(door.port, '127.0.0.1');
      socket.write(chunked + chunk(10));
      await until(() => services[0]?.begun === at + 1, 'the request to be there');
      socket.destroy();
      await until(() => door.door.running === 0, 'the request to be over');
    }
    expect((await fetch(`${door.url}/open/a`)).status).toBe(200);
  });

  it('is none where the service fails: the control', async () => {
    const { door } = await start([cut], { tries: 1 });
    const isOpen = async (): Promise<boolean> => {
      for (let at = 0; at < TIMES; at++) await fetch(`${door.url}/open/a`, { method: 'POST', body: 'x' });
      return (await fetch(`${door.url}/open/a`)).status === 503;
    };
    // Again where the circuit has let one through before this process came to ask.
    await until(isOpen, 'the circuit to be open');
  });
});

describe('an instance that leaves', () => {
  it('is left for another one when it says so', async () => {
    const { door, services } = await start([busy, undefined]);
    for (let at = 0; at < 4; at++) expect((await fetch(`${door.url}/open/a`)).status).toBe(200);
    expect(services[1]?.seen).toHaveLength(4);
  });

  it('is all that takes from the budget: a service that only says 503 is not asked again', async () => {
    let taken = 0;
    const budget = { sent: () => undefined, take: () => ++taken > 0 };
    const { door } = await start([(_request, response) => response.writeHead(503).end()], { ports: { budget } });
    for (let at = 0; at < 8; at++) expect((await fetch(`${door.url}/open/a`)).status).toBe(503);
    expect(taken).toBe(0);
  });

  it('is heard where the request cannot be sent again', async () => {
    const { door } = await start([busy]);
    const response = await fetch(`${door.url}/open/a`, { method: 'POST', body: 'x' });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
  });
});

/** So many at once are a queue, and no load any more. */
const MOST_OPEN = 100;

interface Load {
  /** Resolves when everything that was sent by now is answered. */
  answered(): Promise<number[]>;
  /** Resolves when so many more were sent. */
  more(count: number): Promise<unknown>;
  stop(): Promise<number[]>;
}

/** So many requests a second, without waiting for answers; fewer where the machine is too slow for that. */
async function load(url: string, perSecond: number, send: (at: number) => Promise<number>): Promise<Load> {
  const answers: Promise<number>[] = [];
  let running = true;
  let open = 0;
  const loop = (async () => {
    for (let at = 0, due = performance.now(); running; at++) {
      do await pause(Math.max(0, due - performance.now()));
      while (open >= MOST_OPEN);
      due = Math.max(due + 1_000 / perSecond, performance.now());
      open++;
      answers.push(send(at).finally(() => open--));
    }
  })();
  const more = (count: number): Promise<unknown> => {
    const wanted = answers.length + count;
    return until(() => answers.length >= wanted, `requests to ${url}`);
  };
  await more(20);
  const answered = (): Promise<number[]> => Promise.all(answers);
  const stop = async (): Promise<number[]> => {
    running = false;
    await loop;
    return answered();
  };
  return { answered, more, stop };
}

describe('a rolling restart at 200 requests a second', () => {
  const slowly: Handler = (request, response) => {
    request.resume();
    setTimeout(() => response.writeHead(200).end('ok'), 20);
  };
  const agent = new Agent({ connections: 32 });
  afterAll(() => agent.close());

  const ask = async (url: string, at: number, keyed: boolean): Promise<number> => {
    const post = at % 2 === 0;
    const headers: Record<string, string> = post && keyed ? { 'idempotency-key': `k-${at}` } : {};
    const response = await send(`${url}/open/a`, {
      method: post ? 'POST' : 'GET',
      headers,
      dispatcher: agent,
      ...(post ? { body: 'x' } : {}),
    });
    await response.body.dump();
    return response.statusCode;
  };

  /** As Nest closes: nobody is accepted any more, idle connections are cut, the others end with their request. */
  const close = async (service: TestService): Promise<void> => {
    let closed = false;
    service.server.close(() => (closed = true));
    await until(() => {
      service.server.closeIdleConnections();
      return closed;
    }, 'the server to close');
  };

  async function restartAll(orderly: boolean, keyed: boolean): Promise<number[]> {
    const { door, services } = await start([slowly, slowly, slowly]);
    const publish = (): void => door.directory.set(services.map((service) => service.entry(ENDPOINTS)));
    const sent = await load(door.url, 200, (at) => ask(door.url, at, keyed));
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < services.length; at++) {
        const old = services[at] as TestService;
        if (orderly) {
          old.state = 'draining';
          publish();
          // What was sent before they said so is still on its way: the wait that comes between readiness and the end.
          await sent.answered();
        }
        await close(old);
        services[at] = await TestService.start('shop', slowly, `shop-${at}-${round}`);
        publish();
        await sent.more(20);
      }
    }
    return sent.stop();
  }

  it('fails none, where instances say first that they leave', async () => {
    const statuses = await restartAll(true, false);
    expect(statuses.length).toBeGreaterThan(150);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });

  it('fails none that can be sent again, where they just close', async () => {
    const statuses = await restartAll(false, true);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });

  it('fails some where nothing is tried again: the control', async () => {
    const { door, services } = await start([slowly, slowly], { tries: 1 });
    let failed = 0;
    const sent = await load(door.url, 200, async (at) => {
      const status = await ask(door.url, at, true);
      if (status !== 200) failed++;
      return status;
    });
    await services[0]?.stop();
    await until(() => failed > 0, 'a failure');
    await sent.stop();
  });
});
