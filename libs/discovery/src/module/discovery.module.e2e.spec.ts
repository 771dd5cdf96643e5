import { until } from '@minos/common/testing';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { endsWithin } from '../../../../tools/testing/ends-within.js';
import { withHeldPauses } from '../../../../tools/testing/hold-pauses.js';
import { DiscoveryClient } from '../client/discovery-client.js';
import { FakeRegistry } from '../testing/fake-registry.js';
import { DiscoveryModule } from './discovery.module.js';
import type { DiscoveryOptions } from './discovery-options.js';
import { RegistrationProbe } from './health/registration.probe.js';

const adapters: readonly (readonly [string, () => AbstractHttpAdapter])[] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

/** What a test looks at while a request is handled. */
let statusDuringProbe: () => unknown = () => undefined;

@Controller('orders')
class OrdersController {
  @Get(':id')
  read(): string {
    statusDuringProbe();
    return 'read';
  }
}

describe.each(adapters)('DiscoveryModule on %s', (_, adapter) => {
  let registry: FakeRegistry;
  let app: INestApplication;

  const start = async (options: DiscoveryOptions = {}): Promise<void> => {
    const discovery = DiscoveryModule.forRootAsync({
      useFactory: () => ({ service: 'order', urls: [registry.url], secret: 'secret', leaveDelay: '150ms', ...options }),
    });
    const testing = await Test.createTestingModule({ imports: [discovery], controllers: [OrdersController] }).compile();
    app = testing.createNestApplication(adapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
  };
  const registered = (): Promise<boolean> => until(() => registry.instances.length === 1, 'the registration');

  beforeEach(async () => {
    registry = await FakeRegistry.start();
  });
  afterEach(async () => {
    statusDuringProbe = () => undefined;
    await app.close();
    await registry.stop();
  });

  it('registers what it listens at and serves', async () => {
    await start({ version: '1.2.3', metadata: { zone: 'a' }, instance: 'order-1' });
    await registered();
    expect(registry.instances[0]).toMatchObject({
      service: 'order',
      instance: 'order-1',
      address: await app.getUrl(),
      version: '1.2.3',
      metadata: { zone: 'a' },
      endpoints: [{ method: 'GET', path: '/orders/{id}', access: { public: false, roles: [], permissions: [] } }],
    });
  });

  it('asks whoever says so who may call a route, and takes endpoints besides', async () => {
    const more = { method: 'POST', path: '/graphql', access: { public: true, roles: [], permissions: [] } };
    const accessOf: DiscoveryOptions['accessOf'] = ({ name }, method) => ({ public: false, roles: [`${name}.${method}`], permissions: [] });
    await start({ accessOf, endpoints: [more] });
    await registered();
    expect(registry.instances[0]?.endpoints.map(({ path, access }) => [path, access.roles])).toEqual([
      ['/orders/{id}', ['OrdersController.read']],
      ['/graphql', []],
    ]);
  });

  it('tells a probe which instance answers, and nobody else', async () => {
    await start({ instance: 'order-1' });
    const url = `${await app.getUrl()}/orders/1`;
    expect((await fetch(url, { headers: { 'minos-probe': 'x' } })).headers.get('minos-instance')).toBe('order-1');
    expect((await fetch(url)).headers.get('minos-instance')).toBeNull();
  });

  it('is ready once the registry has found it ready, and stays so', async () => {
    await start({ instance: 'order-1', foundWithin: '10m' });
    await registered();
    const probe = app.get(RegistrationProbe);
    const ask = async (instance: string, path = '/orders/1'): Promise<void> => {
      await (await fetch(`${await app.getUrl()}${path}`, { headers: { 'minos-probe': instance } })).text();
    };
    await until(() => probe.check().details?.['registered'] === true, 'the answer to the registration');
    await ask('order-2');
    await ask('order-1', '/orders/not/ready');
    expect(probe.check()).toMatchObject({ status: 'down', starting: true, details: { registered: true, failures: 0 } });
    await ask('order-1');
    await until(() => probe.check().status === 'up', 'it to be ready');
    await ask('order-1', '/orders/not/ready');
    registry.forget();
    await registered();
    expect(probe.check()).toEqual({ status: 'up', details: { registered: expect.any(Boolean), failures: expect.any(Number) } });
  });

  it('is ready while the registry asks, or it could never be found ready', async () => {
    await start({ instance: 'order-1', foundWithin: '10m' });
    const during: unknown[] = [];
    statusDuringProbe = () => during.push(app.get(RegistrationProbe).check().status);
    await fetch(`${await app.getUrl()}/orders/1`);
    await fetch(`${await app.getUrl()}/orders/1`, { headers: { 'minos-probe': 'order-1' } });
    expect(during).toEqual(['down', 'up']);
  });

  it('leaves the registry first, is not ready from then on, and answers for a while', () =>
    withHeldPauses(12_345, async (delay) => {
      await start({ foundWithin: 0, leaveDelay: 12_345 });
      await registered();
      const url = `${await app.getUrl()}/orders/1`;
      const probe = app.get(RegistrationProbe);
      await until(() => probe.check().details?.['registered'] === true, 'the answer to the registration');
      expect(probe.check().status).toBe('up');
      const closing = app.close();
      await until(() => registry.instances.length === 0, 'the instance to leave');
      expect(probe.check().status).toBe('down');
      await until(() => delay.held === 1, 'the delay to begin');
      expect((await fetch(url)).status).toBe(200);
      delay.letGo();
      await closing;
      await expect(fetch(url)).rejects.toThrow();
    }));

  it('answers for a while also where its last heartbeat was lost: others know it all the same', async () => {
    await start({ leaveDelay: '500ms' });
    await registered();
    const probe = app.get(RegistrationProbe);
    await until(() => probe.check().details?.['registered'] === true, 'the answer to the registration');
    registry.refuse(503);
    await until(() => probe.check().details?.['registered'] === false, 'a heartbeat to be lost');
    const begun = performance.now();
    await app.close();
    expect(performance.now() - begun).toBeGreaterThan(450);
  });

  it('starts and ends without a registry', async () => {
    await registry.stop();
    await start({ leaveTimeout: '100ms', foundWithin: '200ms' });
    expect((await fetch(`${await app.getUrl()}/orders/1`)).status).toBe(200);
    await until(() => app.get(RegistrationProbe).check().status === 'up', 'it to be ready');
    await endsWithin(app.close(), 'the application to end', 60_000);
  });

  it('registers nothing where no registry is configured, and finds what a list names', async () => {
    await start({ urls: [], static: [{ service: 'product', address: 'http://127.0.0.1:1' }] });
    expect(await app.get(DiscoveryClient).addressOf('product')).toBe('http://127.0.0.1:1');
    await expect(app.get(DiscoveryClient).addressOf('payment')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryable: true });
    expect(registry.requests).toEqual([]);
  });
});
