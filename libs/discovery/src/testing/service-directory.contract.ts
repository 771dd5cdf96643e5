import assert from 'node:assert/strict';
import { globalRunner, type ContractRunner, until } from '@minos/common/testing';
import type { DirectorySnapshot, ServiceDirectory, ServiceInstance } from '../contracts/index.js';

/** What a directory is made of for {@link serviceDirectoryContract}. */
export interface ServiceDirectoryUnderTest {
  readonly directory: ServiceDirectory;
  /** Makes these the instances of the source; `undefined` where the source never changes. */
  readonly set?: (instances: readonly ServiceInstance[]) => Promise<void> | void;
  /** Takes the source away, and brings it back; `undefined` where it cannot be away. */
  readonly away?: () => Promise<void> | void;
  readonly back?: () => Promise<void> | void;
  close?(): Promise<void> | void;
}

/** An instance of `order` that is up. */
export function serviceInstance(given: Partial<ServiceInstance> = {}): ServiceInstance {
  return {
    service: 'order',
    instance: 'order-1',
    address: 'http://10.0.0.1:8084',
    version: '',
    metadata: {},
    endpoints: [{ method: 'GET', path: '/orders/{id}', access: { public: false, roles: ['admin'], permissions: [] } }],
    state: 'up',
    ...given,
  };
}

/** What every {@link ServiceDirectory} keeps. The source begins with {@link serviceInstance}. */
export function serviceDirectoryContract(
  name: string,
  create: () => ServiceDirectoryUnderTest | Promise<ServiceDirectoryUnderTest>,
  runner: ContractRunner = globalRunner(),
): void {
  const { describe, it, beforeEach, afterEach } = runner;
  describe(`${name} as a directory`, () => {
    let harness: ServiceDirectoryUnderTest;
    let directory: ServiceDirectory;
    beforeEach(async () => {
      harness = await create();
      directory = harness.directory;
    });
    afterEach(async () => {
      await directory.close();
      await harness.close?.();
    });
    const addresses = ({ instances }: DirectorySnapshot): readonly string[] => instances.map(({ address }) => address).sort();

    it('knows the instances once it is open, with what they serve', async () => {
      await directory.open(60_000);
      await directory.open(60_000);
      const [instance] = directory.current.instances;
      assert.deepEqual(
        [instance?.service, instance?.address, instance?.state, instance?.endpoints],
        ['order', 'http://10.0.0.1:8084', 'up', serviceInstance().endpoints],
      );
      assert.equal(directory.current.staleSince, undefined);
    });

    it('answers subscribers at once', async () => {
      await directory.open(60_000);
      const heard: DirectorySnapshot[] = [];
      directory.subscribe((snapshot) => heard.push(snapshot))();
      assert.deepEqual(heard, [directory.current]);
    });

    it('goes on where a listener throws', async () => {
      await directory.open(60_000);
      let heard = 0;
      directory.subscribe(() => {
        throw new Error('listener');
      });
      directory.subscribe(() => heard++);
      assert.equal(heard, 1);
    });

    it('tells of changes in order, with later versions, until it is told to stop', async () => {
      const { set } = harness;
      if (set === undefined) return;
      await directory.open(60_000);
      const heard: DirectorySnapshot[] = [];
      const stop = directory.subscribe((snapshot) => heard.push(snapshot));
      const second = serviceInstance({ instance: 'order-2', address: 'http://10.0.0.2:8084' });
      await set([serviceInstance(), second]);
      await until(() => directory.current.instances.length === 2, 'the second instance');
      await set([second]);
      await until(() => directory.current.instances.length === 1, 'the first instance to go');
      assert.deepEqual(addresses(directory.current), ['http://10.0.0.2:8084']);
      const versions = heard.map(({ version }) => version);
      assert.deepEqual(
        versions,
        [...new Set(versions)].sort((one, other) => one - other),
      );
      assert.ok(heard.every((snapshot) => Object.isFrozen(snapshot)));
      stop();
      const { length } = heard;
      await set([]);
      await until(() => directory.current.instances.length === 0, 'all to go');
      assert.equal(heard.length, length);
    });

    it('keeps what it knows while the source is away, says so, and goes on when it is back', async () => {
      const { set, away, back } = harness;
      if (set === undefined || away === undefined || back === undefined) return;
      await directory.open(60_000);
      await away();
      await until(() => directory.current.staleSince !== undefined, 'the directory to be stale');
      assert.deepEqual(addresses(directory.current), ['http://10.0.0.1:8084']);
      await set([serviceInstance({ address: 'http://10.0.0.5:8084' })]);
      await back();
      await until(
        () => directory.current.staleSince === undefined && addresses(directory.current)[0] === 'http://10.0.0.5:8084',
        'the new address',
      );
    });

    it('rejects where nothing is known in time, and opens when the source is there', async () => {
      const { away, back } = harness;
      if (away === undefined || back === undefined) return;
      await away();
      await assert.rejects(directory.open(100), { code: 'DIRECTORY_UNAVAILABLE', retryable: true });
      await back();
      await directory.open(60_000);
      assert.equal(directory.current.instances.length, 1);
    });
  });
}
