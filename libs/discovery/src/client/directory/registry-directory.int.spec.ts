import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SystemClock } from '@minos/common';
import { until } from '@minos/common/testing';
import { freePort } from '../../../../../tools/testing/service-process.js';
import { unlessItStoodStill } from '../../../../../tools/testing/unless-it-stood-still.js';
import { FakeRegistry } from '../../testing/fake-registry.js';
import { serviceDirectoryContract, serviceInstance } from '../../testing/service-directory.contract.js';
import { RegistryDirectory } from './registry-directory.js';
import type { RegistryDirectoryOptions } from './registry-directory.options.js';

const CREDENTIAL = { service: 'gateway', secret: 'secret' };

describe('RegistryDirectory', () => {
  const open: { close(): Promise<void> }[] = [];
  const registryWith = async (...instances: readonly Parameters<typeof serviceInstance>[0][]): Promise<FakeRegistry> => {
    const registry = await FakeRegistry.start({ port: await freePort() });
    open.push({ close: () => registry.stop() });
    registry.set(instances.map(serviceInstance));
    return registry;
  };
  const directoryOf = (registries: readonly FakeRegistry[], given: Partial<RegistryDirectoryOptions> = {}): RegistryDirectory => {
    const directory = new RegistryDirectory({ urls: registries.map(({ url }) => url), credential: CREDENTIAL, retry: 5, ...given });
    open.push(directory);
    return directory;
  };
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  serviceDirectoryContract('RegistryDirectory', async () => {
    const registry = await registryWith({});
    return {
      directory: directoryOf([registry]),
      set: (instances) => registry.set(instances),
      away: () => registry.stop(),
      back: () => registry.start(),
    };
  });

  it('shows its credential, and goes on from where it was', async () => {
    const registry = await registryWith({});
    const directory = directoryOf([registry]);
    await directory.open(60_000);
    expect(registry.requests[0]).toMatchObject({
      path: '/registry/watch',
      authorization: `Basic ${Buffer.from('gateway:secret').toString('base64')}`,
    });
    const { version, instances } = directory.current;
    await registry.stop();
    await until(() => directory.current.staleSince !== undefined);
    await registry.start();
    await until(() => directory.current.staleSince === undefined);
    // The registry had nothing new to say: what is known is the same list.
    expect(directory.current.instances).toBe(instances);
    expect(directory.current.version).toBeGreaterThan(version);
  });

  /** How often it paused before it asked the next one: of two replicas one is there all the time. */
  async function pausesBetweenReplicas(): Promise<number> {
    let pauses = 0;
    const clock = Object.assign(new SystemClock(), { sleep: async () => void pauses++ });
    const [one, other] = [await registryWith({}), await registryWith({})];
    const directory = directoryOf([one, other], { silence: 150, clock });
    await directory.open(60_000);
    const [used, spare] = one.watching > 0 ? [one, other] : [other, one];
    await used.stop();
    await until(() => spare.watching === 1, 'the other one to be watched');
    expect(directory.current.instances).toHaveLength(1);
    // Neither says anything more: each is left after the silence.
    await used.start();
    await until(() => used.watching === 1, 'the first one to be watched again');
    await directory.close();
    return pauses;
  }

  it('asks the next replica at once when one ends, and when one falls silent', async () => {
    // Both seem to be gone where this process stands still for as long as the silence.
    await unlessItStoodStill(100, async () => {
      const pauses = await pausesBetweenReplicas();
      return () => expect(pauses).toBe(0);
    });
  });

  it('takes an older version than the one it knows for what there is, and goes on ascending', async () => {
    const registry = await registryWith({});
    const directory = directoryOf([registry]);
    await directory.open(60_000);
    const { version } = directory.current;
    registry.say(`event: snapshot\nid: 1\ndata: ${JSON.stringify({ version: 1, instances: [] })}\n\n`);
    await until(() => directory.current.instances.length === 0);
    expect(directory.current.version).toBeGreaterThan(version);
  });

  it('waits before it asks again where every replica says what cannot be read', async () => {
    let asked = 0;
    const servers = [0, 1].map(() =>
      createServer((_request, response) => {
        asked++;
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('event: snapshot\nid: 1\ndata: {nonsense\n\n');
      }),
    );
    for (const server of servers) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      open.push({ close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))) });
    }
    const urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const troubles: string[] = [];
    const directory = new RegistryDirectory({ urls, credential: CREDENTIAL, retry: '1h', onTrouble: (trouble) => troubles.push(trouble) });
    open.push(directory);
    await expect(directory.open(500)).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
    await until(() => asked >= 2 && troubles.length >= 1, 'both to be asked');
    expect([asked, troubles.length]).toEqual([2, 1]);
  });

  it('is stale while the registry says that it is', async () => {
    const registry = await registryWith({});
    const directory = directoryOf([registry]);
    await directory.open(60_000);
    registry.say('event: stale\ndata: {"since":"2026-01-01T00:00:00.000Z"}\n\n');
    await until(() => directory.current.staleSince === '2026-01-01T00:00:00.000Z');
    registry.say(': here\n\n');
    registry.set([serviceInstance({ version: '2' })]);
    await until(() => directory.current.instances[0]?.version === '2');
    registry.say('event: stale\ndata: {"since":"2026-01-01T00:00:00.000Z"}\n\nevent: fresh\ndata: {}\n\n');
    await until(() => directory.current.staleSince === undefined);
  });

  it('leaves out what it does not understand, and says so', async () => {
    const troubles: string[] = [];
    const registry = await registryWith({});
    const directory = directoryOf([registry], { onTrouble: (message) => troubles.push(message) });
    await directory.open(60_000);
    const odd = {
      ...serviceInstance({ instance: 'odd' }),
      endpoints: [{ method: 'GET', path: '/a', access: { public: true } }, ...serviceInstance().endpoints],
    };
    registry.set([serviceInstance(), odd as never, { service: 'x' } as never]);
    await until(() => directory.current.instances.length === 2);
    expect(directory.current.instances[1]?.endpoints).toEqual(serviceInstance().endpoints);
    expect(troubles).toEqual([expect.stringMatching(/2 things that are not understood: instances\[1\]\.endpoints\[0\]/)]);
  });

  it('says once what is wrong, and why nothing is known', async () => {
    const troubles: string[] = [];
    const registry = await registryWith({});
    await registry.stop();
    const directory = directoryOf([registry], { onTrouble: (message) => troubles.push(message) });
    await expect(directory.open(200)).rejects.toMatchObject({
      code: 'DIRECTORY_UNAVAILABLE',
      message: expect.stringContaining(registry.url),
    });
    await until(() => troubles.length > 0, 'the trouble');
    expect(troubles).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });
});
