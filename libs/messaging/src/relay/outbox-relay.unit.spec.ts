import { MemoryCommitter, MemoryLeases, UnitOfWorkEngine, uuidv7, type Lease, type Leases } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { MemoryOutboxStore } from '../memory/memory-outbox-store.js';
import { Outbox } from '../outbox/outbox.js';
import { OutboxRelay } from './outbox-relay.js';
import type { OutboxRelayOptions } from './outbox-relay.options.js';
import { FakeBroker, inversions } from './relay-kit.js';

/** Leases of which a test can take one away from its holder. */
class TakenLeases implements Leases {
  private readonly held = new Map<string, Lease>();

  constructor(private readonly inner: MemoryLeases) {}

  async acquire(name: string, holder: string, ttlMs: number): Promise<Lease | undefined> {
    const lease = await this.inner.acquire(name, holder, ttlMs);
    if (lease !== undefined) this.held.set(name, lease);
    return lease;
  }

  renew(lease: Lease, ttlMs: number) {
    return this.inner.renew(lease, ttlMs);
  }

  holders(names: readonly string[]) {
    return this.inner.holders(names);
  }

  release(lease: Lease) {
    return this.inner.release(lease);
  }

  fence(lease: Lease) {
    return this.inner.fence(lease);
  }

  async takeAway(name: string): Promise<void> {
    const lease = this.held.get(name);
    if (lease !== undefined) await this.inner.release(lease);
  }
}

function setUp() {
  const clock = new VirtualClock();
  const memory = new MemoryLeases(clock);
  const leases = new TakenLeases(memory);
  const store = new MemoryOutboxStore(clock, memory);
  const unitOfWork = new UnitOfWorkEngine({ committer: new MemoryCommitter([store]), clock, newId: uuidv7 });
  const broker = new FakeBroker();
  const relays: OutboxRelay[] = [];
  const outbox = new Outbox({ source: 'order', clock });
  const numbers = new Map<string, number>();
  const relay = (options: OutboxRelayOptions = {}): OutboxRelay => {
    const made = new OutboxRelay({ store, broker, leases, clock }, { lease: '1s', ...options });
    relays.push(made);
    made.start();
    return made;
  };
  const send = (...keys: string[]): Promise<void> =>
    unitOfWork.run((unit) => {
      for (const key of keys) {
        const n = numbers.get(key) ?? 0;
        numbers.set(key, n + 1);
        outbox.enlist(unit, { channel: key.split('/')[0] ?? '', key, type: 'test.sent', data: { n } });
      }
    });
  const stop = async (): Promise<void> => {
    const stopped = Promise.all(relays.map((each) => each.stop()));
    await clock.advance(0);
    await stopped;
  };
  const sent = (): number => [...numbers.values()].reduce((sum, count) => sum + count, 0);
  return { clock, store, leases, memory, broker, relay, send, stop, sent };
}

const KEYS = Array.from({ length: 30 }, (_, n) => `stock/${n}`);

describe('OutboxRelay', () => {
  it('publishes what was sent, in the order of each key, with sequences that ascend, and forgets it', async () => {
    const { clock, store, broker, relay, send, stop } = setUp();
    relay();
    await send(...KEYS, ...KEYS);
    await send(...KEYS);
    await clock.advance(1_000);
    expect(broker.published).toHaveLength(90);
    expect(inversions(broker.published)).toBe(0);
    for (const key of KEYS) {
      const sequences = broker.published.filter((message) => message.key === key).map(({ sequence }) => sequence);
      expect(sequences).toEqual([...sequences].sort((one, other) => Number(one - other)));
    }
    expect(await store.progress()).toEqual({ unsent: 0, oldestSeconds: 0, refusedKeys: 0 });
    await stop();
  });

  it('loses nothing and keeps the order when leases are lost between publishing and forgetting, 200 times', async () => {
    const { clock, store, broker, leases, relay, send, stop, sent } = setUp();
    let lost = 0;
    let calls = 0;
    broker.onPublished = async () => {
      calls += 1;
      if (lost >= 200 || calls % 3 === 0) return;
      lost += 1;
      for (let group = 0; group < 8; group += 1) await leases.takeAway(`outbox:${group}`);
    };
    for (let count = 0; count < 3; count += 1) relay({ batchSize: 5 });
    for (let round = 0; round < 4_000 && (lost < 200 || (await store.progress()).unsent > 0); round += 1) {
      if (round < 200) await send(...KEYS.slice(round % 10, (round % 10) + 10), KEYS[round % 30] ?? '');
      await clock.advance(100);
    }
    expect(lost).toBe(200);
    expect(broker.firsts()).toHaveLength(sent());
    expect(inversions(broker.firsts())).toBe(0);
    expect(broker.published.length).toBeGreaterThan(sent());
    await stop();
  });

  it('waits for a broker that is away, longer each time up to the limit, and repeats what may have been stored', async () => {
    const { clock, broker, relay, send, stop, sent } = setUp();
    await send('stock/1', 'stock/1', 'stock/1');
    broker.away = 1_000;
    const running = relay({ lease: '10s' });
    await clock.advance(60_000);
    const callsOfTheFirstMinute = broker.calls;
    expect(callsOfTheFirstMinute).toBeLessThan(35);
    expect((await running.progress()).error).toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await clock.advance(60_000);
    expect(broker.calls - callsOfTheFirstMinute).toBeGreaterThan(10);
    expect(broker.calls - callsOfTheFirstMinute).toBeLessThan(26);
    broker.away = 0;
    await clock.advance(5_000);
    expect(broker.firsts()).toHaveLength(sent());
    expect(inversions(broker.firsts())).toBe(0);
    // The last try may have been a moment ago: what is published waits for company before it is forgotten.
    await clock.advance(200);
    expect(await running.progress()).toMatchObject({ unsent: 0, stalled: false });
    expect((await running.progress()).error).toBeUndefined();
    await stop();
  });

  it('stops a key whose message the broker refuses, with the reason, and lets everything else flow', async () => {
    const { clock, store, broker, relay, send, stop } = setUp();
    broker.refusedKeys.add('stock/7');
    const running = relay();
    await send(...KEYS, 'stock/7');
    await clock.advance(1_000);
    await send(...KEYS);
    await clock.advance(1_500);
    expect(broker.published).toHaveLength(58);
    expect(await store.refusedKeys(10)).toMatchObject([{ channel: 'stock', key: 'stock/7', reason: 'the broker does not like stock/7' }]);
    expect(await running.progress()).toMatchObject({ unsent: 0, refusedKeys: 1, stalled: false });
    broker.refusedKeys.clear();
    await store.release({ channel: 'stock', key: 'stock/7' }, { oldest: 'retry', by: 'ann' });
    await clock.advance(1_000);
    expect(broker.published.filter(({ key }) => key === 'stock/7').map(({ n }) => n)).toEqual([0, 1, 2]);
    await stop();
  });

  it('leaves a channel alone that does not exist, and finds it when it does', async () => {
    const { clock, broker, relay, send, stop } = setUp();
    broker.missing.add('mail');
    const running = relay({ batchSize: 10 });
    await send(...Array.from({ length: 60 }, (_, n) => `mail/${n}`), ...KEYS);
    await clock.advance(3_000);
    expect(broker.published).toHaveLength(30);
    expect(await running.progress()).toMatchObject({ unsent: 60, missingChannels: ['mail'] });
    broker.missing.clear();
    await clock.advance(6_000);
    expect(broker.published).toHaveLength(90);
    expect((await running.progress()).missingChannels).toEqual([]);
    await stop();
  });

  it('tries a channel soon that was missing for a moment, in all groups', async () => {
    const { clock, broker, relay, send, stop } = setUp();
    broker.missing.add('mail');
    const running = relay();
    await send(...Array.from({ length: 60 }, (_, n) => `mail/${n}`));
    await clock.advance(200);
    broker.missing.clear();
    await clock.advance(500);
    expect(broker.published).toHaveLength(60);
    // What comes for it later waits for nothing.
    await send('mail/1');
    running.hint();
    await clock.advance(1);
    expect(broker.published).toHaveLength(61);
    await stop();
  });

  it('lets all groups go on where one of them has found the channel', async () => {
    const { clock, broker, relay, send, stop } = setUp();
    broker.missing.add('mail');
    const running = relay();
    await send(...Array.from({ length: 60 }, (_, n) => `mail/${n}`));
    await clock.advance(60_000);
    const calls = broker.calls;
    await clock.advance(60_000);
    expect(broker.calls - calls).toBeLessThan(200);
    broker.missing.clear();
    await clock.advance(5_000);
    expect(broker.published).toHaveLength(60);
    expect((await running.progress()).missingChannels).toEqual([]);
    await stop();
  });

  it('does not go on looking for a channel whose messages have left another way', async () => {
    const { clock, broker, store, relay, send, stop } = setUp();
    broker.missing.add('mail');
    const running = relay();
    await send(...Array.from({ length: 60 }, (_, n) => `mail/${n}`));
    await clock.advance(3_000);
    const slots = Array.from({ length: 64 }, (_, slot) => slot);
    const gone = await store.unsent(slots, 100);
    expect(gone).toHaveLength(60);
    await store.forget(gone, []);
    await clock.advance(60_000);
    let reads = 0;
    const { unsent } = store;
    store.unsent = (...given) => ((reads += 1), unsent.apply(store, given));
    await clock.advance(60_000);
    expect(reads).toBeLessThan(10);
    expect(await running.progress()).toMatchObject({ unsent: 0, missingChannels: [] });
    await stop();
  });

  it('tries now and then, not all the time, where the broker says that something else is missing', async () => {
    const { clock, broker, relay, send, stop } = setUp();
    broker.missing.add('mail');
    broker.missingName = (channel) => `elsewhere.${channel}`;
    relay({ batchSize: 10 });
    await send('mail/1');
    await clock.advance(60_000);
    expect(broker.calls).toBeLessThan(80);
    broker.missing.clear();
    await clock.advance(6_000);
    expect(broker.published).toHaveLength(1);
    await stop();
  });

  it('looks at once when it is told, and by itself at the latest after the longest pause', async () => {
    const { clock, broker, relay, send, stop } = setUp();
    const running = relay();
    await clock.advance(30_000);
    await send('stock/1');
    await clock.advance(0);
    expect(broker.published).toHaveLength(0);
    await clock.advance(1_000);
    expect(broker.published).toHaveLength(1);
    await clock.advance(30_000);
    await send('stock/2');
    running.hint();
    await clock.advance(0);
    await clock.advance(0);
    expect(broker.published).toHaveLength(2);
    await stop();
  });

  it('ends what is under way when it is stopped, publishes nothing more, and leaves its groups to others at once', async () => {
    const { clock, store, memory, broker, relay, send, stop } = setUp();
    let go: () => void = () => undefined;
    broker.onPublished = () => new Promise<void>((resolve) => (go = resolve));
    const running = relay({ batchSize: 2 });
    await send('stock/1', 'stock/1', 'stock/1', 'stock/1', 'stock/1');
    await clock.advance(100);
    let stopped = false;
    const stopping = running.stop().then(() => (stopped = true));
    await clock.advance(100);
    expect(stopped).toBe(false);
    go();
    await stopping;
    await clock.advance(5_000);
    expect(broker.published).toHaveLength(2);
    expect((await store.progress()).unsent).toBe(3);
    for (let group = 0; group < 8; group += 1) expect(await memory.acquire(`outbox:${group}`, 'other', 1)).toBeDefined();
    await clock.advance(10);
    broker.onPublished = () => undefined;
    running.start();
    await clock.advance(1_000);
    expect(broker.published).toHaveLength(5);
    await stop();
  });

  it('looks soon for what another process has committed, where relays share the groups', async () => {
    const { clock, broker, relay, send, stop } = setUp();
    const relays = [relay(), relay()];
    await clock.advance(30_150);
    await send(...KEYS);
    for (const one of relays) one.committed();
    await clock.advance(50);
    expect(broker.published).toHaveLength(30);
    await stop();
  });

  it('forgets before it ends what it has published, so that nobody publishes it again', async () => {
    const { clock, store, broker, relay, send, stop } = setUp();
    const running = relay();
    await clock.advance(100);
    await send('stock/1', 'stock/2');
    running.hint();
    await clock.advance(1);
    expect(broker.published).toHaveLength(2);
    expect((await store.progress()).unsent).toBe(2);
    await stop();
    expect((await store.progress()).unsent).toBe(0);
  });

  it('shares the groups among the relays that live', async () => {
    const { clock, relay, stop } = setUp();
    const held = async (...relays: OutboxRelay[]) => Promise.all(relays.map(async (each) => (await each.progress()).heldGroups));
    const first = relay();
    await clock.advance(1_000);
    expect(await held(first)).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]]);
    const second = relay();
    await clock.advance(5_000);
    expect((await held(first, second)).map(({ length }) => length)).toEqual([4, 4]);
    const third = relay();
    await clock.advance(5_000);
    const groups = await held(first, second, third);
    expect(groups.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(Math.max(...groups.map(({ length }) => length))).toBe(3);
    void first.stop();
    void third.stop();
    await clock.advance(5_000);
    expect(await held(second)).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]]);
    await stop();
  });

  it('reads on while it forgets, without publishing twice', async () => {
    const { clock, store, broker, relay, send, stop, sent } = setUp();
    const forget = store.forget.bind(store);
    let longest = 0;
    store.forget = async (records, leases) => {
      longest = Math.max(longest, records.length);
      await clock.sleep(40);
      await forget(records, leases);
    };
    await send(...KEYS, ...KEYS, ...KEYS, ...KEYS);
    relay({ batchSize: 5 });
    await clock.advance(10_000);
    expect(broker.published).toHaveLength(sent());
    expect(inversions(broker.published)).toBe(0);
    expect(longest).toBeLessThanOrEqual(10);
    await stop();
  });

  it('publishes no more than it can forget, and forgets it once the storage is back', async () => {
    const { clock, store, broker, relay, send, stop, sent } = setUp();
    const forget = store.forget.bind(store);
    let away = true;
    store.forget = async (records, leases) => {
      if (away) throw Object.assign(new Error('no connection'), { code: 'DATABASE_UNAVAILABLE' });
      await forget(records, leases);
    };
    await send(...Array.from({ length: 40 }, () => 'stock/1'));
    const running = relay({ batchSize: 5, stallAfter: '20s' });
    await clock.advance(30_000);
    expect(broker.published.length).toBeLessThanOrEqual(10);
    expect(await running.progress()).toMatchObject({ stalled: true, unsent: 40, error: { code: 'DATABASE_UNAVAILABLE' } });
    away = false;
    await clock.advance(10_000);
    expect(broker.published).toHaveLength(sent());
    expect(await running.progress()).toMatchObject({ stalled: false, unsent: 0 });
    await stop();
  });

  it('does not look all the time where its pauses are as long at first as at last', async () => {
    const { clock, store, relay, stop } = setUp();
    let looks = 0;
    const waiting = store.waiting.bind(store);
    store.waiting = (slots) => ((looks += 1), waiting(slots));
    relay({ poll: { first: '1s', longest: '1s' } });
    await clock.advance(10_000);
    expect(looks).toBeGreaterThan(5);
    expect(looks).toBeLessThan(15);
    await stop();
  });

  it('names all faults of its options', () => {
    const ports = setUp();
    expect(() => new OutboxRelay(ports, { batchSize: 0, lease: 'soon' as never })).toThrow(/batchSize[\s\S]*lease/);
  });
});
