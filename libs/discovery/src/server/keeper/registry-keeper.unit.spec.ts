import { MemoryLeases } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import type { ProbeOutcome, ProbeTarget } from '../../contracts/index.js';
import { registerRequest } from '../../testing/registry-store-scene.js';
import { MemoryRegistryStore } from '../memory/memory-registry-store.js';
import { RegistryKeeper } from './registry-keeper.js';

const INTERVAL = 5_000;
const LEASE = 22_500;
const TIMES = {
  intervalMs: INTERVAL,
  leaseMs: LEASE,
  rules: { failuresOut: 2, successesBack: 2, lapseWindowMs: 7_500, suspectMs: 900_000 },
  concurrency: 64,
  forgetMs: 3_600_000,
};
const PROBE_MS = INTERVAL / 4;

describe('RegistryKeeper', () => {
  let clock: VirtualClock;
  let store: MemoryRegistryStore;
  let keepers: RegistryKeeper[];
  let outcomes: Map<string, ProbeOutcome['kind']>;
  let probes: string[];

  const address = (index: number): string => `http://10.0.0.${index + 1}:80`;
  /** A failed probe takes as long as its timeout; the others answer at once. */
  const probe = async ({ instance, address: at }: ProbeTarget): Promise<ProbeOutcome> => {
    probes.push(instance);
    const kind = outcomes.get(instance) ?? 'ok';
    if (kind === 'failed' || kind === 'unready') await clock.sleep(PROBE_MS);
    return kind === 'ok' ? { kind, published: at } : { kind, reason: 'x' };
  };
  const newKeeper = (leases?: MemoryLeases): RegistryKeeper => {
    const keeper = new RegistryKeeper({ store, clock, prober: { probe }, ...(leases && { leases }) }, TIMES);
    keepers.push(keeper);
    keeper.start();
    return keeper;
  };
  const begin = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++)
      await store.register(registerRequest({ instance: `i${index}`, address: address(index), leaseMs: LEASE }));
    newKeeper();
    await clock.advance(INTERVAL);
  };
  const visible = async (): Promise<Readonly<Record<string, string>>> => {
    const { instances } = await store.changesAfter(0);
    return Object.fromEntries(
      instances.filter(({ state }) => ['up', 'suspect'].includes(state)).map(({ instance, state }) => [instance, state]),
    );
  };
  const all = (count: number, kind: ProbeOutcome['kind']): void => {
    for (let index = 0; index < count; index++) outcomes.set(`i${index}`, kind);
  };

  beforeEach(() => {
    clock = new VirtualClock();
    store = new MemoryRegistryStore(clock);
    keepers = [];
    outcomes = new Map();
    probes = [];
  });
  afterEach(async () => {
    const stopped = Promise.all(keepers.map((keeper) => keeper.stop()));
    await clock.advance(INTERVAL);
    await stopped;
  });

  it('lets a new instance in as soon as it answers', async () => {
    newKeeper();
    await clock.advance(1);
    outcomes.set('i0', 'refused');
    await store.register(registerRequest({ instance: 'i0', address: address(0) }));
    keepers[0]?.wake();
    await clock.advance(50);
    expect([probes.length, await visible()]).toEqual([1, {}]);
    outcomes.set('i0', 'ok');
    await clock.advance(INTERVAL * 0.4);
    expect(await visible()).toEqual({ i0: 'up' });
  });

  it('probes each instance once in an interval', async () => {
    await begin(10);
    probes = [];
    await clock.advance(10 * INTERVAL);
    const counts = Array.from({ length: 10 }, (_, index) => probes.filter((one) => one === `i${index}`).length);
    for (const count of counts) expect([9, 10, 11]).toContain(count);
  });

  it.each(['refused', 'failed', 'unready'] as const)(
    'takes an instance out within two intervals where probes are %s, and lets it back with two good ones',
    async (kind) => {
      await begin(2);
      outcomes.set('i0', kind);
      await clock.advance(2 * INTERVAL);
      expect(await visible()).toEqual({ i1: 'up' });
      await store.renew([registerRequest({ instance: 'i0' })], LEASE);
      outcomes.set('i0', 'ok');
      probes = [];
      await clock.advance(INTERVAL * 1.5);
      expect(probes.filter((one) => one === 'i0').length).toBeGreaterThanOrEqual(2);
      expect(await visible()).toEqual({ i0: 'up', i1: 'up' });
    },
  );

  const heartbeats = async (count: number, intervals: number): Promise<void> => {
    for (let passed = 0; passed < intervals; passed++) {
      const renewed = Array.from({ length: count }, (_, index) => registerRequest({ instance: `i${index}` }));
      await store.renew(renewed, LEASE);
      await clock.advance(INTERVAL);
    }
  };

  it('keeps all of a service that are slow at once and send heartbeats, as suspect, until one answers', async () => {
    await begin(2);
    all(2, 'unready');
    await heartbeats(2, 40);
    expect(await visible()).toEqual({ i0: 'suspect', i1: 'suspect' });
    outcomes.set('i0', 'ok');
    await heartbeats(2, 3);
    expect(await visible()).toEqual({ i0: 'up' });
    outcomes.set('i1', 'ok');
    await heartbeats(2, 3);
    expect(await visible()).toEqual({ i0: 'up', i1: 'up' });
  });

  it.each([
    ['refuse connections', 'refused', true],
    ['answer with nonsense', 'failed', true],
    ['hang and send no heartbeats', 'unready', false],
  ] as const)('keeps nobody of a service whose instances all %s', async (_what, kind, beating) => {
    await begin(2);
    await heartbeats(2, 2);
    all(2, kind);
    if (beating) await heartbeats(2, 2);
    else await clock.advance(2 * INTERVAL);
    expect(await visible()).toEqual({});
  });

  it('lets nobody go while all heartbeats are lost and probes succeed', async () => {
    await begin(6);
    await clock.advance(20 * LEASE);
    expect(Object.keys(await visible())).toHaveLength(6);
    // The control: one that does not answer goes with its first failed probe.
    outcomes.set('i0', 'failed');
    await clock.advance(2 * INTERVAL);
    expect(Object.keys(await visible())).toHaveLength(5);
  });

  it('holds all as suspect while all heartbeats are lost and no probe can be made, for a quarter of an hour', async () => {
    await begin(6);
    all(6, 'impossible');
    await clock.advance(LEASE + 2 * INTERVAL);
    expect(await visible()).toEqual(Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`i${index}`, 'suspect'])));
    await clock.advance(870_000);
    expect(Object.keys(await visible())).toHaveLength(6);
    await clock.advance(60_000);
    expect(await visible()).toEqual({});
  });

  it('lets a few go whose heartbeats are lost while no probe can be made', async () => {
    await begin(6);
    all(6, 'impossible');
    for (let passed = 0; passed < LEASE + 4 * INTERVAL; passed += INTERVAL) {
      await store.renew(
        [2, 3, 4, 5].map((index) => registerRequest({ instance: `i${index}` })),
        LEASE,
      );
      await clock.advance(INTERVAL);
    }
    expect(await visible()).toEqual({ i2: 'up', i3: 'up', i4: 'up', i5: 'up' });
  });

  it('gives every instance a lease more when nobody has looked for long', async () => {
    await begin(6);
    await keepers[0]?.stop();
    await clock.advance(10 * LEASE);
    all(6, 'impossible');
    newKeeper();
    await clock.advance(LEASE - INTERVAL);
    expect(Object.values(await visible())).toEqual(Array.from({ length: 6 }, () => 'up'));
    await clock.advance(3 * INTERVAL);
    expect(Object.values(await visible())).toContain('suspect');
  });

  it('is one of several, and another when that one stops', async () => {
    const leases = new MemoryLeases(clock);
    const [one, other] = [newKeeper(leases), newKeeper(leases)];
    await clock.advance(INTERVAL);
    expect([one.keeping, other.keeping].filter(Boolean)).toHaveLength(1);
    const [first, second] = one.keeping ? [one, other] : [other, one];
    const stopped = first.stop();
    await clock.advance(INTERVAL);
    await stopped;
    expect([first.keeping, second.keeping]).toEqual([false, true]);
  });
});
