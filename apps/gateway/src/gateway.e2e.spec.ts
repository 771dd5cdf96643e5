import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { TestIssuer } from '@minos/auth/testing';
import { until } from '@minos/common/testing';
import { freePort } from '../../../tools/testing/service-process.js';

const MAIN = join(__dirname, '../../../dist/apps/gateway/main.js');
/** Holds the delay between the signal and the end, so that it does not hurry what is looked at within it. */
const HOLD_PAUSES = join(__dirname, '../../../tools/testing/hold-pauses.cjs');
/** The delay of its end, which no other pause is as long as. */
const HELD_MS = 12_345;
const CUSTOMERS = { public: false, roles: ['customer'], permissions: [] };

/** As its process is started; the compiled application, as `npm start` runs it. */
describe.each(['express', 'fastify'])('the gateway of the shop, on %s', (adapter) => {
  let issuer: TestIssuer;
  let service: Server;
  let child: ChildProcess;
  let url: string;
  const seen: (string | undefined)[] = [];
  const cookies: (string | undefined)[] = [];

  beforeAll(async () => {
    issuer = await TestIssuer.start({ alg: 'RS256' });
    service = createServer((request, response) => {
      seen.push(request.headers.authorization);
      cookies.push(request.headers.cookie);
      response.end('{"orderId":"7"}');
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const port = await freePort();
    const endpoints = [{ method: 'GET', path: '/orders/{id}', access: CUSTOMERS }];
    const address = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    url = `http://127.0.0.1:${port}`;
    child = spawn(process.execPath, ['--require', HOLD_PAUSES, MAIN], {
      stdio: 'ignore',
      env: {
        ...process.env,
        NODE_ENV: 'production',
        GATEWAY_PORT: String(port),
        GATEWAY_ADAPTER: adapter,
        GATEWAY_SHUTDOWN_DELAY: `${HELD_MS}ms`,
        HELD_PAUSE: String(HELD_MS),
        AUTH_URL: issuer.url,
        MINOS_SERVICE_SECRET: 'a secret of the gateway in its test',
        DISCOVERY_STATIC: JSON.stringify([{ service: 'order', address, endpoints }]),
      },
    });
    await until(async () => (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok, 'the gateway to be ready');
  });

  afterAll(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    service.closeAllConnections();
    service.close();
    await issuer.stop();
  });

  it('lets in who may, with a token that only the called service takes', async () => {
    const token = issuer.accessToken({ subject: 'ann', roles: ['customer'] });
    const response = await fetch(`${url}/orders/7`, { headers: { authorization: `Bearer ${token}` } });
    expect([response.status, await response.text()]).toEqual([200, '{"orderId":"7"}']);
    const [, claims = ''] = (seen.at(-1) ?? '').slice('Bearer '.length).split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: 'gateway',
      aud: 'order',
      sub: 'ann',
      roles: ['customer'],
    });
    expect(seen.at(-1)).not.toContain(token);
  });

  it('lets nobody else in', async () => {
    const before = seen.length;
    const tokens = [undefined, issuer.accessToken({ roles: ['guest'] }), issuer.serviceToken('order'), 'x.y.z'];
    const statuses = await Promise.all(
      tokens.map(
        async (token) =>
          (await fetch(`${url}/orders/7`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })).status,
      ),
    );
    expect(statuses).toEqual([401, 403, 401, 401]);
    expect(seen).toHaveLength(before);
  });

  it('lets the cookies of a sign-in by a provider through, and no others', async () => {
    const theirs = ['minos_oidc_flow_1=a', 'minos_oidc_code_2=b', '__Host-minos_oidc_flow_3=c', '__Host-minos_oidc_code_4=d'];
    const authorization = `Bearer ${issuer.accessToken({ subject: 'ann', roles: ['customer'] })}`;
    const cookie = ['theme=dark', ...theirs, '__Host-session=e'].join('; ');
    expect((await fetch(`${url}/orders/7`, { headers: { authorization, cookie } })).status).toBe(200);
    expect(cookies.at(-1)).toBe(theirs.join('; '));
  });

  it('lives on where a client asks for another protocol behind a request that is not answered', async () => {
    for (const protocol of ['h2c', 'websocket']) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
      const closed = once(socket.resume(), 'close');
      socket.write(
        `GET /orders/7 HTTP/1.1\r\nHost: a\r\n\r\nGET /orders/7 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`,
      );
      await closed;
    }
    expect(child.exitCode).toBeNull();
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  it('says how it does', async () => {
    const metrics = (token: string): Promise<Response> => fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    const refused = await fetch(`${url}/metrics`);
    expect([refused.status, refused.headers.get('content-type')]).toEqual([401, 'application/problem+json']);
    expect(await refused.json()).toMatchObject({ status: 401, code: 'GATEWAY_UNAUTHENTICATED' });
    expect((await metrics(issuer.accessToken({ subject: 'ann', roles: ['customer'] }))).status).toBe(403);
    expect(await (await metrics(issuer.accessToken({ subject: 'root', roles: ['admin'] }))).text()).toContain(
      'minos_gateway_requests_total{service="order",method="GET",status="200"} 2',
    );
    expect((await fetch(`${url}/docs`)).status).toBe(404);
  });

  it('ends in order when it is told to: load balancers hear of it while everybody is still answered', async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await until(async () => (await fetch(`${url}/health/ready`)).status === 503, 'readiness to be red');
    const token = issuer.accessToken({ subject: 'ann', roles: ['customer'] });
    expect((await fetch(`${url}/orders/7`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    child.kill('SIGUSR2');
    expect((await ended)[0]).toBe(0);
  });
});

it('starts, and says what is missing, where neither auth nor the registry is there yet', async () => {
  const port = await freePort();
  const away = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(process.execPath, [MAIN], {
    stdio: 'ignore',
    env: {
      ...process.env,
      GATEWAY_PORT: String(port),
      AUTH_URL: away,
      DISCOVERY_URL: away,
      MINOS_SERVICE_SECRET: 'a secret of the gateway in its test',
    },
  });
  try {
    const answers = async (): Promise<boolean> => {
      if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}.`);
      return (await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined))?.status === 200;
    };
    await until(answers, 'the gateway to answer');
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(503);
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL');
  }
});
