import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { until } from '@minos/common/testing';
import { Registrar, RegistryDirectory } from '@minos/discovery';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { freePort, type ServiceProcess, startService } from '../testing/service-process.js';

/** A probe waits for a quarter of it: long enough for an instance that shares its processors with others. */
const INTERVAL_MS = 3_000;
const LEASE_MS = 4.5 * INTERVAL_MS;

describe('the registry as a process', () => {
  let database: TestDatabase;
  const open: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
    await database.drop();
  });
  const start = async (port: number): Promise<ServiceProcess> => {
    const service = await startService({
      app: 'discovery',
      databaseUrl: database.url,
      port,
      environment: { DISCOVERY_INTERVAL: `${INTERVAL_MS}ms` },
    });
    open.push(() => service.kill('SIGKILL'));
    return service;
  };

  it('loses nobody when it is killed and started again, and ends in order when it is asked to', async () => {
    const port = await freePort();
    const first = await start(port);
    const urls = [first.url];
    const instances = await Promise.all([answeringThread(), answeringThread()]);
    const registrars = instances.map(({ address }, index) => {
      const registrar = new Registrar({ urls, credential: { service: 'order', secret: 'x' }, instance: `order-${index}`, retry: 20 });
      registrar.start({ address, version: '', metadata: {}, endpoints: [] });
      return registrar;
    });
    const directory = new RegistryDirectory({ urls, credential: { service: 'gateway', secret: 'x' }, retry: 20 });
    open.push(
      () => directory.close(),
      ...registrars.map((registrar) => () => registrar.stop(1_000)),
      ...instances.map((instance) => () => instance.close()),
    );
    await directory.open(60_000);
    const known = (): number => directory.current.instances.length;
    await until(() => known() === 2, 'both instances');
    let least = 2;
    directory.subscribe(({ instances: now }) => (least = Math.min(least, now.length)));

    await first.kill('SIGKILL');
    await until(() => directory.current.staleSince !== undefined, 'the directory to be stale');
    await pause(1.5 * LEASE_MS);
    const second = await start(port);
    await until(() => directory.current.staleSince === undefined, 'the directory to be fresh');
    await pause(2 * INTERVAL_MS);
    expect([least, known(), registrars.map(({ status }) => status.registrations)]).toEqual([2, 2, [1, 1]]);

    // The control: one that is gone is seen to be gone.
    await instances[0]?.close();
    await until(() => known() === 1, 'the crashed instance to go');
    await second.kill('SIGTERM');
    expect(second.ended()).toBe(0);
  }, 600_000);
});

const ANSWERING = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:http').createServer((_request, response) => response.end('{}'));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** Answers every probe in a thread of its own: the one of the test stands still now and then. */
async function answeringThread(): Promise<{ readonly address: string; close(): Promise<unknown> }> {
  const thread = new Worker(ANSWERING, { eval: true });
  const [port] = (await once(thread, 'message')) as [number];
  return { address: `http://127.0.0.1:${port}`, close: () => thread.terminate() };
}
