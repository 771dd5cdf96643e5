import assert from 'node:assert/strict';
import { globalRunner, type ContractRunner } from '@minos/common/testing';
import type { KeptInstance, RegisterRequest, RegistryStore, StateVerdict, StoredInstance } from '../contracts/index.js';
import { registryRoutesContract } from './registry-routes.contract.js';
import { LEASE_MS, registerRequest, type RegistryStoreUnderTest } from './registry-store-scene.js';

const LOOK = { downAfterMs: 3_600_000, leaseMs: LEASE_MS };

/** What every {@link RegistryStore} keeps. */
export function registryStoreContract(
  name: string,
  create: () => RegistryStoreUnderTest | Promise<RegistryStoreUnderTest>,
  runner: ContractRunner = globalRunner(),
): void {
  const { describe, it, beforeEach, afterEach } = runner;
  describe(`${name} as a store of the registry`, () => {
    let harness: RegistryStoreUnderTest;
    let store: RegistryStore;
    beforeEach(async () => {
      harness = await create();
      store = harness.store;
    });
    afterEach(() => harness.close?.());

    const register = async (given: Partial<RegisterRequest> = {}): Promise<number> => {
      const outcome = await store.register(registerRequest(given));
      assert.equal(outcome.kind, 'registered');
      return outcome.version;
    };
    const kept = async (instance = 'order-1'): Promise<KeptInstance | undefined> =>
      (await store.look(LOOK)).find((one) => one.instance === instance);
    const judge = async (state: StateVerdict['state'], given: Partial<StateVerdict> = {}): Promise<number> => {
      const { service, instance, address, epoch } = registerRequest();
      return store.judge([{ service, instance, address, epoch, state, onlyLapsed: false, ...given }]);
    };
    const up = async (given: Partial<RegisterRequest> = {}): Promise<void> => {
      const { service, instance, address, epoch } = registerRequest(given);
      await register(given);
      assert.equal(await store.judge([{ service, instance, address, epoch, state: 'up', published: address, onlyLapsed: false }]), 1);
    };
    const seen = async (instance = 'order-1'): Promise<StoredInstance | undefined> =>
      (await store.changesAfter(0)).instances.find((one) => one.instance === instance);

    it('shows an instance only once it has been reached, at the address where it was', async () => {
      const before = await register({ metadata: { zone: 'a' } });
      assert.deepEqual([(await kept())?.state, (await seen())?.state], ['new', undefined]);
      assert.equal(await judge('up', { published: 'http://10.0.0.9:8084' }), 1);
      const { version, instances } = await store.changesAfter(before);
      assert.ok(version > before);
      const [instance] = instances;
      assert.deepEqual(
        [instance?.state, instance?.address, instance?.metadata, instance?.change],
        ['up', 'http://10.0.0.9:8084', { zone: 'a' }, version],
      );
    });

    it('looks at those alone that are new, where it is asked to', async () => {
      await up();
      await register({ instance: 'order-2', address: 'http://10.0.0.2:1' });
      const found = await store.look({ ...LOOK, onlyNew: true });
      assert.deepEqual(
        found.map(({ instance }) => instance),
        ['order-2'],
      );
    });

    it('gives every change that watchers see a later version, and the same to all', async () => {
      await up();
      const first = await store.changesAfter(0);
      await register({ version: '1.1.0' });
      await judge('out');
      const later = await store.changesAfter(first.version);
      assert.equal(later.version, first.version + 2);
      assert.deepEqual(
        later.instances.map(({ state, version }) => [state, version]),
        [['out', '1.1.0']],
      );
      assert.deepEqual(await harness.other.changesAfter(first.version), later);
      assert.deepEqual((await store.changesAfter(later.version)).instances, []);
    });

    it('changes nothing that is seen where the same registers again, or sends a heartbeat', async () => {
      const endpoints = [{ method: 'GET', path: '/orders', access: { public: true, roles: [], permissions: [] } }];
      await up({ endpoints });
      const { version } = await store.changesAfter(0);
      assert.equal(await register({ endpoints }), version);
      assert.deepEqual(await store.renew([registerRequest()], LEASE_MS), [true]);
      assert.equal(await judge('up'), 0);
      assert.equal((await harness.other.changesAfter(0)).version, version);
    });

    it('counts leases on its own clock', async () => {
      await up();
      await harness.age(LEASE_MS - 10_000);
      assert.ok(((await kept())?.lapsedMs ?? 0) < 0);
      await harness.age(20_000);
      assert.ok(((await kept())?.lapsedMs ?? 0) >= 9_000);
      await harness.other.renew([registerRequest()], LEASE_MS);
      assert.ok(((await kept())?.lapsedMs ?? 0) < -LEASE_MS + 10_000);
    });

    it('knows heartbeats by service, instance and epoch, each on its own', async () => {
      await register();
      await register({ instance: 'order-2', address: 'http://10.0.0.2:8084' });
      const asked = [
        { service: 'order', instance: 'order-1', epoch: 1 },
        { service: 'product', instance: 'order-1', epoch: 1 },
        { service: 'order', instance: 'order-1', epoch: 0 },
        { service: 'order', instance: 'nobody', epoch: 1 },
        { service: 'order', instance: 'order-2', epoch: 1 },
      ];
      assert.deepEqual(await store.renew(asked, LEASE_MS), [true, false, false, false, true]);
    });

    it('refuses an old incarnation, and one that has left', async () => {
      await up({ epoch: 5 });
      assert.deepEqual(await store.register(registerRequest({ epoch: 4 })), { kind: 'stale-epoch', epoch: 5 });
      assert.equal(await store.leave({ service: 'order', instance: 'order-1' }, 4), false);
      assert.equal(await store.leave({ service: 'order', instance: 'order-1' }, 5), true);
      assert.equal((await seen())?.state, 'left');
      assert.equal((await store.register(registerRequest({ epoch: 5 }))).kind, 'stale-epoch');
      assert.deepEqual(await store.renew([registerRequest({ epoch: 5 })], LEASE_MS), [false]);
      await register({ epoch: 6 });
      assert.equal((await kept())?.state, 'new');
    });

    it('lets nobody take the instance of another service', async () => {
      await up();
      assert.deepEqual(await store.register(registerRequest({ service: 'product', epoch: 9 })), { kind: 'instance-taken', owner: 'order' });
      assert.equal(await store.leave({ service: 'product', instance: 'order-1' }, 9), false);
      assert.equal((await seen())?.state, 'up');
    });

    it('begins anew at another address, and keeps its state at the same', async () => {
      await up();
      await register({ version: '2' });
      assert.equal((await kept())?.state, 'up');
      await judge('out');
      await register();
      assert.equal((await kept())?.state, 'out');
      await judge('up');
      await register({ address: 'http://10.0.0.8:8084' });
      assert.deepEqual([(await kept())?.state, (await kept())?.published, (await seen())?.state], ['new', undefined, 'new']);
    });

    it('takes another instance of the service at the same address for one that has left', async () => {
      await up();
      await up({ service: 'product', instance: 'product-1' });
      const { version } = await store.changesAfter(0);
      await up({ instance: 'order-2' });
      const changes = await store.changesAfter(version);
      assert.deepEqual(
        changes.instances.map(({ instance, state }) => [instance, state]),
        [
          ['order-1', 'left'],
          ['order-2', 'up'],
        ],
      );
      assert.equal((await seen('product-1'))?.state, 'up');
    });

    it('has a limit for the instances of a service, in which those that left do not count', async () => {
      const limited = { instancesPerService: 2 };
      await register({ ...limited });
      await register({ ...limited, instance: 'order-2', address: 'http://10.0.0.2:1' });
      const third = registerRequest({ ...limited, instance: 'order-3', address: 'http://10.0.0.3:1' });
      assert.equal((await store.register(third)).kind, 'too-many-instances');
      await register({ ...limited });
      await register({ ...limited, service: 'product', instance: 'product-1', address: 'http://10.0.0.4:1' });
      await store.leave({ service: 'order', instance: 'order-2' }, 1);
      assert.equal((await store.register(third)).kind, 'registered');
    });

    it('drops verdicts about what has changed since', async () => {
      await up();
      assert.equal(await judge('out', { epoch: 0 }), 0);
      assert.equal(await judge('out', { address: 'http://10.0.0.7:8084' }), 0);
      assert.equal(await judge('out', { service: 'product' }), 0);
      assert.equal(await judge('left', { onlyLapsed: true }), 0);
      await harness.age(LEASE_MS + 1);
      assert.equal(await judge('left', { onlyLapsed: true }), 1);
      assert.equal(await judge('up'), 0);
      assert.equal(await kept(), undefined);
    });

    it('lets an instance that was forgotten for its lease come back with the same epoch', async () => {
      await up();
      await judge('left');
      await register();
      assert.equal((await kept())?.state, 'new');
    });

    it('counts since when an instance is suspect', async () => {
      await up();
      assert.equal((await kept())?.suspectMs, 0);
      await judge('suspect');
      await harness.age(50_000);
      await judge('suspect', { published: 'http://10.0.0.2:8084' });
      const suspectMs = (await kept())?.suspectMs ?? 0;
      assert.ok(suspectMs >= 50_000 && suspectMs < 60_000, String(suspectMs));
      await judge('up');
      assert.equal((await kept())?.suspectMs, 0);
    });

    it('prolongs every lease where nobody has looked for long', async () => {
      await up();
      await up({ instance: 'order-2', address: 'http://10.0.0.2:1' });
      await store.look(LOOK);
      await harness.age(LEASE_MS + 10_000);
      await store.look({ downAfterMs: LEASE_MS, leaseMs: LEASE_MS });
      for (const id of ['order-1', 'order-2']) assert.ok(((await kept(id))?.lapsedMs ?? 0) < -LEASE_MS + 20_000);
      await harness.age(LEASE_MS + 10_000);
      await store.look({ downAfterMs: 2 * LEASE_MS, leaseMs: LEASE_MS });
      assert.ok(((await kept())?.lapsedMs ?? 0) > 0);
    });

    it('remembers what left for a while, then says from where on it knows', async () => {
      await up();
      const { version } = await store.changesAfter(0);
      await store.leave({ service: 'order', instance: 'order-1' }, 1);
      await store.forget(60_000);
      assert.equal((await store.changesAfter(version)).instances[0]?.state, 'left');
      await harness.age(120_000);
      await store.forget(60_000);
      const { instances, floor } = await store.changesAfter(version);
      assert.deepEqual(instances, []);
      assert.ok(floor > version);
    });

    it('takes registrations of many at once, in one order', async () => {
      const many = Array.from({ length: 20 }, (_, index) => ({ instance: `i-${index}`, address: `http://10.0.1.${index}:80` }));
      await Promise.all(many.map((one, index) => (index % 2 === 0 ? store : harness.other).register(registerRequest(one))));
      const verdicts = many.map((one) => ({ service: 'order', epoch: 1, state: 'up' as const, onlyLapsed: false, ...one }));
      await Promise.all(verdicts.map((verdict, index) => (index % 2 === 0 ? store : harness.other).judge([verdict])));
      const { instances, version } = await store.changesAfter(0);
      const changes = instances.map(({ change }) => change);
      assert.equal(new Set(changes).size, 20);
      assert.deepEqual(
        changes,
        [...changes].sort((one, other) => one - other),
      );
      assert.equal(changes.at(-1), version);
    });
  });
  registryRoutesContract(name, create, runner);
}
