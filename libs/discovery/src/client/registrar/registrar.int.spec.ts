import { createServer } from 'node:net';
import { SystemClock } from '@minos/common';
import { until } from '@minos/common/testing';
import { endsWithin } from '../../../../../tools/testing/ends-within.js';
import { freePort } from '../../../../../tools/testing/service-process.js';
import { FakeRegistry } from '../../testing/fake-registry.js';
import { Registrar } from './registrar.js';
import type { RegistrarOptions } from './registrar.options.js';

const HOUR = 3_600_000;
const FACTS = { address: 'http://127.0.0.1:8084', version: '1.0.0', metadata: { zone: 'a' }, endpoints: [] };

describe('Registrar', () => {
  let registry: FakeRegistry;
  let registrar: Registrar;
  const changes: string[] = [];
  const unwanted: string[] = [];
  const begin = (given: Partial<RegistrarOptions> = {}): Registrar => {
    registrar = new Registrar({
      urls: [registry.url],
      credential: { service: 'order', secret: 'secret' },
      instance: 'order-1',
      epoch: 7,
      retry: 5,
      // What this process does not get to in time is no fault of the registry, which is in it.
      timeout: '10m',
      onChange: (message, isWanted) => (isWanted ? changes : unwanted).push(message),
      ...given,
    });
    registrar.start(FACTS);
    return registrar;
  };
  const sent = (method: string): number => registry.requests.filter((request) => request.method === method).length;

  beforeEach(async () => {
    changes.length = unwanted.length = 0;
    registry = await FakeRegistry.start({ heartbeatMs: 20, port: await freePort() });
  });
  afterEach(async () => {
    await registrar.stop(100);
    await registry.stop();
  });

  it('registers, sends heartbeats, and leaves', async () => {
    begin();
    await until(() => sent('POST') >= 3, 'heartbeats');
    expect(registry.requests[0]).toEqual({
      method: 'PUT',
      path: '/registry/instances/order/order-1',
      authorization: `Basic ${Buffer.from('order:secret').toString('base64')}`,
      body: { ...FACTS, epoch: 7 },
    });
    expect(registrar.status).toMatchObject({ registered: true, failures: 0, registrations: 1 });
    await registrar.stop(60_000);
    await registrar.stop(60_000);
    expect([registry.instances, sent('DELETE'), registrar.leaving]).toEqual([[], 1, true]);
    expect(registry.requests.at(-1)?.path).toBe('/registry/instances/order/order-1?epoch=7');
    expect(changes).toEqual(['Registered as order-1 at http://127.0.0.1:8084', 'Taken out of the registry']);
    expect(unwanted).toEqual([]);
  });

  it('registers again where the registry has forgotten it', async () => {
    begin();
    await until(() => registrar.status.registered);
    registry.forget();
    await until(() => registry.instances.length === 1, 'the second registration');
    await until(() => registrar.status.registered);
    expect(registrar.status.registrations).toBe(2);
  });

  it('waits for a registry that is not there, and needs no registration where it comes back', async () => {
    await registry.stop();
    begin();
    await until(() => registrar.status.failures > 2);
    await registry.start();
    await until(() => registrar.status.registered, 'the registration');
    await registry.stop();
    await until(() => !registrar.status.registered, 'the outage to be seen');
    await registry.start();
    await until(() => registrar.status.registered, 'the heartbeat');
    expect([registrar.status.registrations, sent('PUT')]).toEqual([1, 1]);
    expect(changes).toEqual(['Registered as order-1 at http://127.0.0.1:8084', 'The registry is back']);
    expect(unwanted.filter((message) => !message.startsWith('Not registered'))).toEqual([]);
  });

  it('uses another replica while one is away', async () => {
    const other = await FakeRegistry.start({ heartbeatMs: 20 });
    begin({ urls: [registry.url, other.url], retry: '1h' });
    await until(() => registrar.status.registered);
    const [used, spare] = registry.instances.length > 0 ? [registry, other] : [other, registry];
    await used.stop();
    await until(() => spare.instances.length === 1, 'a registration at the other one');
    await until(() => registrar.status.registered);
    await registrar.stop(1_000);
    await other.stop();
  });

  it('sends no time of its own, so a clock that is wrong has no effect', async () => {
    class WrongClock extends SystemClock {
      override now(): number {
        return super.now() + 1_000 * HOUR;
      }
    }
    begin({ clock: new WrongClock() });
    await until(() => sent('POST') >= 3);
    const bodies = registry.requests.map(({ body }) => Object.keys(body as object).sort());
    expect(bodies[0]).toEqual(['address', 'endpoints', 'epoch', 'metadata', 'version']);
    for (const keys of bodies.slice(1)) expect(keys).toEqual(['epoch']);
  });

  it('tries again what was refused, and says once why', async () => {
    registry.refuse(409);
    begin();
    await until(() => registrar.status.failures >= 2);
    expect(unwanted).toEqual(['Not registered: 409 refused by the test']);
    registry.refuse(0);
    await until(() => registrar.status.registered, 'the registration', 5_000);
  });

  it('keeps nobody from ending', async () => {
    begin();
    await until(() => registrar.status.registered);
    await registry.stop();
    const silent = createServer((socket) => socket.resume().on('error', () => undefined));
    const port = Number(new URL(registry.url).port);
    await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
    await endsWithin(registrar.stop(100), 'the registrar to end', 60_000);
    expect(unwanted).toContainEqual(expect.stringContaining('Taking the instance out of the registry failed'));
    await new Promise((resolve) => silent.close(resolve));
  });

  it('asks for nothing where it never registered', async () => {
    begin().start(FACTS);
    await registrar.stop(100);
    await new Registrar({ urls: [registry.url], credential: { service: 'order', secret: 's' }, instance: 'x' }).stop(100);
    expect(registry.requests.filter(({ path }) => path.includes('/x'))).toEqual([]);
  });
});
