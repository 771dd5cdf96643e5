import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { until } from '@minos/common/testing';
import { Client } from 'pg';
import { ROOT } from '../files.mjs';
import { Customer } from '../shop/whole-shop.js';
import { scratchServer, type ScratchServer } from '../testing/scratch-server.js';
import { freePort, runService, type ServiceProcess, type ShopApp } from '../testing/service-process.js';
import { type ComposeService, composeServices } from './compose-file-kit.js';
import { secretEnvironments } from './secret-environments.mjs';

jest.setTimeout(600_000);

const STEPS: readonly (readonly ShopApp[])[] = [['discovery'], ['auth'], ['product', 'payment', 'order'], ['gateway']];
const APPS = STEPS.flat();
const DENIED = '42501';

/** Without containers: every process has exactly the environment and the command of its container, with the names of other containers, and what would be published, on the loopback interface. */
describe('the shop of docker-compose.yml', () => {
  const services = composeServices();
  const secrets = secretEnvironments();
  const ports = new Map<ShopApp, number>();
  const running: ServiceProcess[] = [];
  let server: ScratchServer;

  const serviceOf = (name: string): ComposeService => services.get(name) as ComposeService;
  const urlOf = (app: ShopApp): string => `http://127.0.0.1:${ports.get(app) ?? 0}`;

  /** Addresses of containers, and the server of databases with its superuser, as they are here. */
  function here(value: string): string {
    const at = /^https?:\/\/(\w+):\d+$/.exec(value);
    if (at !== null) return urlOf(at[1] as ShopApp);
    if (!value.startsWith('postgres:')) return value;
    const url = new URL(value);
    const { host, username, password } = new URL(server.url);
    return Object.assign(url, { host }, url.username === 'minos' ? { username, password } : {}).href;
  }

  function environmentOf(name: string): Record<string, string> {
    // Of Compose's own variables the file has one alone, which nobody sets.
    const whole = { ...serviceOf(name).environment, ...secrets[name], ...(name === 'gateway' ? { GATEWAY_TRUSTED_PROXIES: '' } : {}) };
    const { HOST: _, ...mapped } = Object.fromEntries(Object.entries(whole).map(([variable, value]) => [variable, here(String(value))]));
    return { ...mapped, PATH: process.env['PATH'] ?? '' };
  }

  const commandOf = (name: string): string[] => [...(serviceOf(name).command ?? [])].slice(1);

  async function runToEnd(name: string): Promise<string> {
    const child = spawn(process.execPath, commandOf(name), { cwd: ROOT, env: environmentOf(name), stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${printed}`);
    return printed;
  }

  async function start(app: ShopApp): Promise<void> {
    const env = {
      ...environmentOf(app),
      [`${app.toUpperCase()}_PORT`]: String(ports.get(app)),
      // In its container the addresses of others are private ones.
      ...(app === 'discovery' ? { DISCOVERY_NETWORKS: '127.0.0.0/8' } : {}),
    };
    running.push(await runService({ args: commandOf(app), env, url: urlOf(app) }));
  }

  beforeAll(async () => {
    server = await scratchServer();
    for (const app of APPS) ports.set(app, await freePort());
    await runToEnd('migrate');
    for (const step of STEPS) await Promise.all(step.map(start));
  });

  afterAll(async () => {
    await Promise.all(running.map((one) => one.kill('SIGKILL')));
    await server.remove();
  });

  it('prepares databases as often as it is told to, also at once', async () => {
    for (const printed of await Promise.all([runToEnd('migrate'), runToEnd('migrate')]))
      expect(printed).toContain('order:\nThe database is up to date.');
  });

  it('sells through the gateway to who logs in, with the admin of the documented command', async () => {
    await runToEnd('admin');
    const { ADMIN_EMAIL: email = '', ADMIN_PASSWORD: password = '' } = secrets['admin'] ?? {};
    const admin = await Customer.logIn(urlOf('gateway'), { email, password });
    const sku = `teapot-${randomUUID()}`;
    expect((await admin.post('/products', { sku, title: 'Teapot', price: 3400, onHand: 9 })).status).toBe(201);
    const customer = await Customer.register(urlOf('gateway'));
    expect((await customer.post('/accounts', {})).status).toBe(201);
    expect((await customer.post(`/accounts/${customer.id}/deposits`, { amount: 10_000 })).status).toBe(200);
    const order = await customer.order({ lines: [{ sku, quantity: 2 }] });
    expect(order).toMatchObject({ status: 201, body: { status: 'confirmed' } });

    const statusOf = async (url: string, token?: string): Promise<number> =>
      (await fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })).status;
    const metrics = `${urlOf('gateway')}/metrics`;
    expect([await statusOf(metrics), await statusOf(metrics, customer.tokens.accessToken)]).toEqual([401, 403]);
    expect(await statusOf(metrics, admin.tokens.accessToken)).toBe(200);
    const managementOf = (app: ShopApp): string => secrets[app]?.['MINOS_MANAGEMENT_TOKEN'] ?? '';
    for (const app of APPS) {
      const tokens = [undefined, managementOf(app), managementOf(app === 'order' ? 'auth' : 'order')];
      const statuses = await Promise.all(tokens.map((token) => statusOf(`${urlOf(app)}/metrics`, token)));
      expect([app, ...statuses]).toEqual([app, 401, 200, 401]);
    }
    for (const path of ['/docs', '/docs/openapi.json', '/docs/asyncapi', '/minos/sagas', '/minos/sagas/checkout'])
      expect([path, await statusOf(urlOf('order') + path), await statusOf(urlOf('order') + path, managementOf('order'))]).toEqual([
        path,
        401,
        200,
      ]);
  });

  it('lets a service into its own database, into that of the broker where it has messages, and into no other', async () => {
    const withRoles = APPS.filter((app) => app !== 'gateway');
    for (const app of withRoles) {
      const own = environmentOf(app)['DATABASE_URL'] ?? '';
      const databases = [...withRoles, 'postgres', 'template1', 'minos_broker'];
      const open = await Promise.all(databases.map(async (name) => ((await refusal(own, name)) === undefined ? [name] : [])));
      const withMessages = ['product', 'payment', 'order'].includes(app);
      expect([app, ...open.flat()]).toEqual([app, app, ...(withMessages ? ['minos_broker'] : [])]);
    }
    const order = environmentOf('order')['DATABASE_URL'] ?? '';
    expect(await refusal(order, 'minos_broker', 'select from minos_broker.messages')).toBe(DENIED);
    expect(await refusal(order, 'minos_broker', 'create schema mine')).toBe(DENIED);
    expect(await refusal(order, 'order', 'create role another')).toBe(DENIED);
    expect(await refusal(order, 'order', 'create database another')).toBe(DENIED);
  });

  it('lets nobody do everything, and says nothing of its secrets', async () => {
    expect((await fetch(`${urlOf('order')}/orders`)).status).toBe(401);
    const known = Object.values(secrets).flatMap((variables) =>
      Object.entries(variables).flatMap(([name, value]) => {
        if (/EMAIL|SERVICES/.test(name)) return [];
        return name === 'DATABASE_URL' ? [new URL(value).password] : [value];
      }),
    );
    const printed = running.map((one) => one.output()).join('');
    expect(known.filter((secret) => printed.includes(secret))).toEqual([]);
  });

  it('ends in order, the gateway first', async () => {
    for (const one of [...running].reverse()) {
      await one.kill('SIGTERM');
      await until(() => one.ended() !== undefined, 'the end');
    }
    expect(running.map((one) => one.ended())).toEqual(APPS.map(() => 0));
  });
});

/** The code with which the server refuses this statement in this database to the role of the URL; `undefined` where it does not. */
async function refusal(url: string, database: string, statement = 'select'): Promise<string | undefined> {
  const client = new Client({ connectionString: Object.assign(new URL(url), { pathname: `/${database}` }).href });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(statement);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await client.end();
  }
}
