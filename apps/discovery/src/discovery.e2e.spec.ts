import type { RegistryDirectory } from '@minos/discovery';
import { type CountingListener, countingListener } from '@minos/discovery/testing';
import { until } from '@minos/common/testing';
import type { TestingApp } from '@minos/nest/testing';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { endsWithin } from '../../../tools/testing/ends-within.js';
import { withHeldPauses } from '../../../tools/testing/hold-pauses.js';
import { KeeperWatch } from '../test/keeper-watch.js';
import { ask, registration, startRegistry, startService, watch } from '../test/registry-system.js';

describe('the registry', () => {
  let database: TestDatabase;
  let registries: TestingApp[];
  let urls: string[];
  let directory: RegistryDirectory;
  let beside: CountingListener | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    registries = [await startRegistry(database.url), await startRegistry(database.url)];
    urls = registries.map(({ http }) => http.url);
    directory = watch(urls);
    await directory.open(60_000);
  });
  afterAll(async () => {
    await beside?.close();
    await directory.close();
    await Promise.all(registries.map((registry) => registry.close()));
    await database.drop();
  });
  const addresses = (service = 'order'): readonly string[] =>
    directory.current.instances.filter((one) => one.service === service).map(({ address }) => address);

  it('tells watchers of a service that starts, and of one that ends before it stops to answer', () =>
    withHeldPauses(12_345, async (delay) => {
      const service = await startService(urls, { leaveDelay: 12_345 });
      const { url } = service.http;
      await until(() => addresses().includes(url), 'the service to be known');
      const [instance] = directory.current.instances.filter((one) => one.service === 'order');
      expect(instance).toMatchObject({ state: 'up', version: '' });
      expect(instance?.endpoints).toEqual([{ method: 'GET', path: '/orders/{id}', access: { public: false, roles: [], permissions: [] } }]);
      let answeredWhenGone: number | undefined;
      const stop = directory.subscribe(({ instances }) => {
        if (answeredWhenGone !== undefined || instances.some(({ service: name }) => name === 'order')) return;
        answeredWhenGone = 0;
        void fetch(`${url}/orders/1`).then(
          ({ status }) => (answeredWhenGone = status),
          () => (answeredWhenGone = -1),
        );
      });
      const closed = service.close();
      await until(() => answeredWhenGone !== 0 && answeredWhenGone !== undefined, 'the last answer');
      await until(() => delay.held === 1, 'the delay to begin');
      delay.letGo();
      await closed;
      stop();
      expect(answeredWhenGone).toBe(200);
    }));

  it('is one registry on several processes: the same version and instances at each', async () => {
    const service = await startService(urls);
    await until(() => addresses().length === 1, 'the service to be known');
    const read = (url: string): Promise<Record<string, unknown>> => ask(url, '/instances', { method: 'GET' }).then(({ body }) => body);
    await until(async () => {
      const [one, other] = await Promise.all(urls.map(read));
      return JSON.stringify(one) === JSON.stringify(other);
    }, 'both to say the same');
    await service.close();
    await until(() => addresses().length === 0, 'the service to be gone');
  });

  it('has figures of the instances, and a service of its registration', async () => {
    const service = await startService(urls);
    await until(() => addresses().length === 1, 'the service to be known');
    const read = (url: string): Promise<string> => fetch(`${url}/metrics`).then((answer) => answer.text());
    await until(async () => (await read(urls[0] ?? '')).includes('minos_registry_instances{service="order",state="up"} 1\n'), 'its figure');
    expect(await read(urls[0] ?? '')).toMatch(/^minos_registry_watchers \d+$/m);
    expect(await read(service.http.url)).toMatch(/^minos_discovery_registered 1$/m);
    await service.close();
    await until(() => addresses().length === 0, 'the service to be gone');
  });

  it('lets nobody in without a credential, and nobody speak for another', async () => {
    const [url = ''] = urls;
    for (const path of ['/registry/instances', '/registry/watch', '/registry/routes']) {
      const answer = await fetch(`${url}${path}`);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'SERVICE_CREDENTIAL_REFUSED' });
    }
    expect(await ask(url, '/instances/order/x', { as: 'product', body: registration() })).toMatchObject({
      status: 403,
      body: { code: 'NOT_YOUR_SERVICE' },
    });
    expect(await ask(url, '/instances/order/x?epoch=1', { as: 'product', method: 'DELETE' })).toMatchObject({ status: 403 });
    expect(await ask(url, '/instances/order/x/heartbeat', { as: 'product', method: 'POST', body: { epoch: 1 } })).toMatchObject({
      status: 403,
    });
    expect(await ask(url, '/instances/order/nobody/heartbeat', { method: 'POST', body: { epoch: 1 } })).toMatchObject({ status: 404 });
  });

  it('names what does not fit', async () => {
    const [url = ''] = urls;
    const endpoints = [{ method: 'get', path: 'orders', access: {} }];
    const answer = await ask(url, '/instances/order/x', { body: registration({ endpoints, epoch: -1, secret: 'x' }) });
    expect(answer.status).toBe(400);
    expect((answer.body['errors'] as { path: string }[]).map(({ path }) => path)).toEqual([
      'secret',
      'endpoints[0].method',
      'endpoints[0].path',
      'endpoints[0].access.public',
      'epoch',
    ]);
    const large = registration({ metadata: { a: 'x'.repeat(300_000) } });
    expect((await ask(url, '/instances/order/x', { body: large })).status).toBe(413);
  });

  it('runs on Fastify as well', async () => {
    const fastify = await startRegistry(database.url, {}, new FastifyAdapter());
    const other = watch([fastify.http.url]);
    await other.open(60_000);
    const service = await startService([fastify.http.url]);
    await until(() => other.current.instances.length === 1, 'the service to be known');
    expect(await ask(fastify.http.url, '/instances/order/x', { as: 'product', body: registration() })).toMatchObject({ status: 403 });
    await service.close();
    await until(() => other.current.instances.length === 0, 'the service to be gone');
    // A stream that is open keeps it from nothing.
    await endsWithin(fastify.close(), 'it to end', 5_000);
    await other.close();
  });

  it('takes a crashed instance out within two intervals', async () => {
    beside = await countingListener();
    const { requests, address } = beside;
    await ask(urls[0] ?? '', '/instances/product/beside', { as: 'product', body: registration({ address }) });
    await until(() => addresses('product').length === 1, 'another one to be known');
    const keepers = new KeeperWatch(registries);
    await keepers.underOne(async () => {
      const service = await startService(urls);
      await until(() => addresses().length === 1, 'the service to be known');
      const server = service.app.getHttpServer() as { close(): void; closeAllConnections(): void };
      const { length } = requests;
      const probed = keepers.whenOut('order', () => requests.length - length);
      server.close();
      server.closeAllConnections();
      await until(() => addresses().length === 0, 'the instance to be gone');
      await service.close();
      // By what the registry did meanwhile: two intervals have three probes of another one at the most.
      return () => expect(probed()).toBeLessThanOrEqual(3);
    });
  });
});
