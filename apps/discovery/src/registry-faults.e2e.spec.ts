import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { RegistryDirectory } from '@minos/discovery';
import { countingListener, type CountingListener } from '@minos/discovery/testing';
import { until } from '@minos/common/testing';
import type { TestingApp } from '@minos/nest/testing';
import { createTestDatabase, pausingProxy, type TestDatabase } from '@minos/postgres/testing';
import { KeeperWatch } from '../test/keeper-watch.js';
import { ask, INTERVAL_MS, registration, startRegistry, startService, watch } from '../test/registry-system.js';

const LEASE_MS = 4.5 * INTERVAL_MS;

describe('the registry, when something fails', () => {
  let database: TestDatabase;
  const open: (() => Promise<unknown>)[] = [];
  const opened = <T>(thing: T, close: (thing: T) => Promise<unknown>): T => {
    open.push(() => close(thing));
    return thing;
  };
  const registry = async (url = database.url, options = {}): Promise<TestingApp> =>
    opened(await startRegistry(url, options), (app) => app.close());
  const service = async (urls: readonly string[], options = {}): Promise<TestingApp> =>
    opened(await startService(urls, options), (app) => app.close());
  const listener = async (): Promise<CountingListener> => opened(await countingListener(), (one) => one.close());
  const watching = async (urls: readonly string[], silence?: number): Promise<RegistryDirectory> => {
    const directory = opened(watch(urls, silence), (one) => one.close());
    await directory.open(60_000);
    return directory;
  };
  /** Registers an instance of another service; gives how many probes it has had since then. */
  const probed = async (url: string, directory: RegistryDirectory): Promise<() => number> => {
    const { address, requests } = await listener();
    const { status } = await ask(url, '/instances/product/beside', { as: 'product', body: registration({ address }) });
    expect(status).toBe(200);
    await until(() => directory.current.instances.some(({ service, state }) => service === 'product' && state === 'up'), 'the other one');
    const { length } = requests;
    return () => requests.length - length;
  };
  const known = (directory: RegistryDirectory): number => directory.current.instances.length;
  const isKnown = (directory: RegistryDirectory, name: string): boolean =>
    directory.current.instances.some(({ service: one }) => one === name);
  /** Whether an instance was missing at any moment from now on. */
  const losses = (directory: RegistryDirectory, count: number): { readonly seen: boolean } => {
    const found = { seen: false };
    directory.subscribe(({ instances }) => (found.seen ||= instances.length < count));
    return found;
  };

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
    await database.drop();
  });

  it('keeps what it knows through an end of all registries, and needs no new registration', async () => {
    const first = await startRegistry(database.url);
    const port = Number(new URL(first.http.url).port);
    const urls = [first.http.url];
    const order = await service(urls);
    const directory = await watching(urls);
    await until(() => known(directory) === 1, 'the service');
    const lost = losses(directory, 1);
    await first.close();
    await until(() => directory.current.staleSince !== undefined, 'the directory to be stale');
    expect(known(directory)).toBe(1);
    await pause(LEASE_MS);
    const second = await registry();
    // Its own port is taken by nobody: the second one is reached where the first was.
    const way = await forward(port, Number(new URL(second.http.url).port));
    open.push(way);
    await until(() => directory.current.staleSince === undefined, 'the directory to be fresh');
    await pause(2 * INTERVAL_MS);
    expect([known(directory), lost.seen]).toEqual([1, false]);
    // The control: a service that ends now is seen to go.
    await order.close();
    await until(() => known(directory) === 0, 'the service to go');
  });

  it('loses nobody while its database stands still for longer than a lease', async () => {
    const proxy = opened(await pausingProxy(database.url), (one) => one.close());
    const { http } = await registry(proxy.url);
    const services = [await service([http.url]), await service([http.url])];
    const directory = await watching([http.url]);
    await until(() => known(directory) === 2, 'both services');
    const lost = losses(directory, 2);
    proxy.pause();
    await until(() => directory.current.staleSince !== undefined, 'the registry to say that it may be old');
    await pause(1.5 * LEASE_MS);
    expect((await fetch(`${http.url}/health/ready`)).status).toBe(503);
    proxy.resume();
    await until(() => directory.current.staleSince === undefined, 'the directory to be fresh');
    await pause(2 * INTERVAL_MS);
    expect([known(directory), lost.seen]).toEqual([2, false]);
    await services[0]?.close();
    await until(() => known(directory) === 1, 'the service to go');
  });

  it('lets nobody go while all heartbeats are lost and probes succeed', async () => {
    const kept = await registry();
    const { http } = kept;
    const directory = await watching([http.url]);
    const join = async (id: string): Promise<CountingListener> => {
      const one = await listener();
      expect((await ask(http.url, `/instances/order/${id}`, { body: registration({ address: one.address }) })).status).toBe(200);
      return one;
    };
    const others = await Promise.all([1, 2, 3, 4, 5].map((index) => join(`i${index}`)));
    let id = 'crashing';
    let crashing: CountingListener | undefined = await join(id);
    await until(() => known(directory) === 6, 'all instances');
    const lost = losses(directory, 6);
    await pause(2.5 * LEASE_MS);
    expect([known(directory), lost.seen]).toEqual([6, false]);
    const keepers = new KeeperWatch([kept]);
    await keepers.underOne(async () => {
      crashing ??= await join((id += '-again'));
      await until(() => known(directory) === 6, 'all instances');
      const before = others.map(({ requests }) => requests.length);
      const probed = keepers.whenOut(id, () => Math.max(...others.map(({ requests }, at) => requests.length - (before[at] ?? 0))));
      await crashing.close();
      crashing = undefined;
      await until(() => known(directory) === 5, 'the one that crashed to go');
      // Two intervals, which have three probes of another one at the most.
      return () => expect(probed()).toBeLessThanOrEqual(3);
    });
  });

  it('takes an instance out by two probes that accepts connections and answers nothing, and lets it back', async () => {
    const kept = await registry(undefined, { probeTimeout: '2s', lease: '1h' });
    const { http } = kept;
    const directory = await watching([http.url]);
    const hung = await listener();
    await ask(http.url, '/instances/order/hung', { body: registration({ address: hung.address }) });
    const keepers = new KeeperWatch([kept]);
    await keepers.underOne(async () => {
      await until(() => known(directory) === 1, 'the instance');
      const { length } = hung.requests;
      const probed = keepers.whenOut('order', () => hung.requests.length - length);
      hung.answer('never');
      await until(() => known(directory) === 0, 'the instance to go');
      await ask(http.url, '/instances/order/hung', { body: registration({ address: hung.address }) });
      expect(known(directory)).toBe(0);
      hung.answer(200);
      await until(() => known(directory) === 1, 'the instance to come back');
      // The tests of the keeper say when they come: within two intervals.
      return () => expect(probed()).toBe(2);
    });
  });

  it('does not take another process at the port of one that crashed for it', async () => {
    const { http } = await registry();
    const directory = await watching([http.url]);
    const crashed = await listener();
    crashed.answer(200, { 'minos-instance': 'first' });
    await ask(http.url, '/instances/order/first', { body: registration({ address: crashed.address }) });
    await until(() => known(directory) === 1, 'the instance');
    crashed.answer(200, { 'minos-instance': 'second' });
    await until(() => known(directory) === 0, 'the first to go');
    crashed.answer(200, { 'minos-instance': 'first' });
    await until(() => known(directory) === 1, 'the first to come back');
  });

  it('goes on where one of two registries ends, for watchers, for services, and in looking after them', async () => {
    const [one, other] = [await startRegistry(database.url), await registry()];
    const urls = [one.http.url, other.http.url];
    const order = await service(urls);
    const directory = await watching(urls);
    await until(() => known(directory) === 1, 'the service');
    const beside = await probed(other.http.url, directory);
    const lost = losses(directory, 2);
    await one.close();
    await pause(LEASE_MS);
    await until(() => directory.current.staleSince === undefined, 'the directory to be fresh');
    expect([isKnown(directory, 'order'), lost.seen]).toEqual([true, false]);
    const keepers = new KeeperWatch([other]);
    await keepers.underOne(async () => {
      const crashing = isKnown(directory, 'order') ? order : await service([other.http.url]);
      await until(() => isKnown(directory, 'order'), 'the service to be known');
      const before = beside();
      const probed = keepers.whenOut('order', () => beside() - before);
      const server = crashing.app.getHttpServer() as { close(): void; closeAllConnections(): void };
      server.close();
      server.closeAllConnections();
      await until(() => !isKnown(directory, 'order'), 'the service to go');
      return () => expect(probed()).toBeLessThanOrEqual(3);
    });
  });

  it('refuses strangers, metadata addresses and routes of others, and connects to none of them', async () => {
    const secrets = { MINOS_SERVICES: process.env['MINOS_SERVICES'] };
    process.env['MINOS_SERVICES'] = servicesOf({ order: 'one', product: 'two' });
    const { http } = await registry(undefined, { networks: ['127.0.0.1/32'] }).finally(() => {
      if (secrets.MINOS_SERVICES === undefined) delete process.env['MINOS_SERVICES'];
    });
    const target = await listener();
    const elsewhere = `http://127.0.0.2:${target.port}`;
    const put = (service: string, id: string, secret: string, given: Readonly<Record<string, unknown>> = {}) =>
      ask(http.url, `/instances/${service}/${id}`, { as: service, secret, body: registration({ address: target.address, ...given }) });
    const route = (path: string) => ({ endpoints: [{ method: 'GET', path, access: { public: true, roles: [], permissions: [] } }] });

    expect(await put('order', 'a', 'wrong')).toMatchObject({ status: 401 });
    expect(await put('stranger', 'a', 'one')).toMatchObject({ status: 401 });
    expect(await put('product', 'a', 'one')).toMatchObject({ status: 401 });
    for (const address of [
      elsewhere,
      'http://169.254.169.254',
      'http://[fd00:ec2::254]',
      'http://[::ffff:a9fe:a9fe]',
      'http://0.0.0.0:80',
      'http://2852039166',
    ])
      expect(await put('order', 'a', 'one', { address })).toMatchObject({ status: 422, body: { code: 'ADDRESS_REFUSED' } });
    expect(await put('order', 'a', 'one', route('/health/live'))).toMatchObject({ status: 400, body: { code: 'REGISTRATION_INVALID' } });
    await pause(2 * INTERVAL_MS);
    expect(target.connections()).toBe(0);

    // The control: the rightful one is let in, and probed.
    expect(await put('order', 'a', 'one', route('/orders/{id}'))).toMatchObject({ status: 200 });
    await until(() => target.connections() > 0, 'the first probe');
    const thief = await listener();
    const taken = await put('product', 'b', 'two', { ...route('/orders/{orderId}'), address: thief.address });
    expect(taken).toMatchObject({ status: 409, body: { code: 'ROUTE_OWNED' } });
    expect(taken.body['detail']).toContain('belongs to the service "order": GET /orders/{id}');
    expect(await put('product', 'a', 'two', { address: thief.address })).toMatchObject({ status: 409, body: { code: 'INSTANCE_TAKEN' } });
    expect(await put('order', 'a', 'one', { epoch: 0 })).toMatchObject({ status: 409, body: { code: 'EPOCH_STALE' } });
    await pause(2 * INTERVAL_MS);
    expect(thief.connections()).toBe(0);
  });
});

function servicesOf(secrets: Readonly<Record<string, string>>): string {
  return Object.entries(secrets)
    .map(([name, secret]) => `${name}:${createHash('sha256').update(secret).digest('hex')}`)
    .join(',');
}

/** Lets a port of loopback lead to another; returns what ends it. */
async function forward(from: number, to: number): Promise<() => Promise<void>> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
    }
  }).listen(from, '127.0.0.1');
  await once(server, 'listening');
  return () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  };
}
