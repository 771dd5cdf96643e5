import { Rejection } from '@minos/common';
import type { MessageContext } from '../contracts/message-handler.js';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { CHANNEL, effect, event, openWorld, type ConsumerWorld } from './consumer-kit.js';
import type { ConsumerPipeline } from './consumer-pipeline.js';

describe('ConsumerPipeline', () => {
  let world: ConsumerWorld;
  beforeEach(async () => void (world = await openWorld()));
  afterEach(() => world.close());

  const note = (message: { data: unknown }, { unit, stored }: MessageContext): void =>
    void unit.enlist(effect(`${stored.key}:${String(message.data)}`));
  const partition = { channel: CHANNEL, partition: 0 };
  const position = async (): Promise<bigint | undefined> => (await world.inbox.position('stock', partition))?.next;
  const moved = (to: bigint): Promise<void> => world.until(async () => (await position()) === to, `the position ${to}`);
  const numbered = (key: string, count: number) => Array.from({ length: count }, (_, n) => ({ key, data: n }));
  const of = (key: string): string[] => world.effects.filter((text) => text.startsWith(`${key}:`));
  const inOrder = (key: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${key}:${n}`);

  it('handles what was published, in order for each key, and moves its position and the broker’s behind it', async () => {
    await world.publish(...numbered('a', 50), ...numbered('b', 50));
    world.consumer({ 'order.placed': note });
    await moved(100n);
    expect([of('a'), of('b')]).toEqual([inOrder('a', 50), inOrder('b', 50)]);
    await world.until(async () => (await world.broker.lag('stock', [CHANNEL]))[0]?.lag === 0n, 'no lag');
    await world.publish({ key: 'a', data: 50 });
    await moved(101n);
  });

  it('handles all of another broker that it is moved to, once, and skips nothing because of the place that it had on the old one', async () => {
    const again = 'a9b1f8f2-0b3c-7c11-8f00-000000000002';
    await world.publish(...numbered('a', 10), { id: again, key: 'b', data: 0 });
    const old = world.consumer({ 'order.placed': note }, { from: 'end' });
    await world.until(() => old.status().partitions.length === 1);
    await world.publish({ id: again, key: 'b', data: 0 }, { key: 'b', data: 1 });
    await moved(13n);
    await old.stop();
    const other = new MemoryBroker({ clock: world.clock });
    await other.ensureChannels([{ name: CHANNEL, partitions: 1 }]);
    await other.publish([event({ key: 'b', data: 2 }), event({ id: again, key: 'b', data: 0 })]);
    world.consumer({ 'order.placed': note }, { from: 'end' }, other);
    await moved(2n);
    expect(of('b')).toEqual(inOrder('b', 3));
    await other.close();
  });

  it('moves its position after a restart, also where the first message behind it ends last', async () => {
    await world.publish({ key: 'a', data: 0 });
    const first = world.consumer({ 'order.placed': note });
    await moved(1n);
    await first.stop();
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    await world.publish({ key: 'slow', data: 0 }, { key: 'b', data: 0 });
    world.consumer({
      'order.placed': async (message: { data: unknown }, context: MessageContext) => {
        if (context.stored.key === 'slow') await gate;
        note(message, context);
      },
    });
    await world.until(() => of('b').length === 1);
    release();
    await moved(3n);
  });

  it('keeps the effects of a message that comes again to one', async () => {
    const id = 'a9b1f8f2-0b3c-7c11-8f00-000000000001';
    await world.publish({ id, data: 1 }, { id, data: 1 }, { id, key: 'other', data: 1 }, { id: 'no-uuid', data: 2 });
    const consumer = world.consumer({ 'order.placed': note });
    await moved(4n);
    expect(world.effects).toHaveLength(2);
    expect(consumer.status().counts).toMatchObject({ handled: 2, duplicates: 2 });
  });

  it('handles different keys at the same time and one key one by one', async () => {
    const open = new Map<string, number>();
    let most = 0;
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const handle = async (_: unknown, { stored: { key } }: MessageContext): Promise<void> => {
      open.set(key, (open.get(key) ?? 0) + 1);
      most = Math.max(most, ...open.values());
      await gate;
      open.set(key, (open.get(key) ?? 0) - 1);
    };
    await world.publish(...Array.from({ length: 40 }, (_, n) => ({ key: `k${n % 20}` })));
    const consumer = world.consumer({ 'order.placed': handle }, { concurrency: { perPartition: 8 } });
    await world.until(() => open.size === 8);
    await world.clock.advance(100);
    expect([open.size, most]).toEqual([8, 1]);
    release();
    await moved(40n);
    expect(most).toBe(1);
    expect(consumer.status().partitions[0]).toMatchObject({ inHand: 0, unmovedMs: 0 });
  });

  it('holds the position at the lowest message in hand, and takes no more than the window behind a slow key', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const handle = (message: { data: unknown }, context: MessageContext): Promise<void> | void => {
      note(message, context);
      if (context.stored.key === 'slow') return gate;
    };
    await world.publish(...numbered('early', 3), { key: 'slow' }, ...numbered('quick', 3_000));
    const consumer = world.consumer({ 'order.placed': handle }, { window: 1_000 });
    await moved(3n);
    await world.clock.advance(1_000);
    const inHand = consumer.status().partitions[0]?.inHand ?? 0;
    expect(inHand).toBeGreaterThan(500);
    expect(inHand).toBeLessThanOrEqual(1_000);
    expect(await position()).toBe(3n);
    expect(consumer.status().partitions[0]?.unmovedMs).toBeGreaterThan(500);
    release();
    await moved(3_004n);
    expect(of('quick')).toEqual(inOrder('quick', 3_000));
  });

  it('passes over events that no handler names, and counts them', async () => {
    await world.publish({ type: 'order.viewed' }, { type: 'order.placed' }, { type: 'order.viewed' });
    const consumer = world.consumer({ 'order.placed': note });
    await moved(3n);
    expect(consumer.status().counts).toMatchObject({ handled: 1, ignored: 2, parked: 0 });
  });

  it('tries a failing message again, with pauses, and counts the try', async () => {
    const attempts: number[] = [];
    const handle = (_: unknown, { attempt, unit }: MessageContext): void => {
      attempts.push(attempt);
      unit.enlist(effect(`a:${attempt}`));
      if (attempt < 3) throw new Error('not yet');
    };
    await world.publish({});
    world.consumer({ 'order.placed': handle });
    await moved(1n);
    expect([attempts, world.effects]).toEqual([[1, 2, 3], ['a:3']]);
    expect(world.clock.monotonic()).toBeGreaterThanOrEqual(150);
  });

  it('ends a try at its deadline, stores nothing of it, and aborts its signal', async () => {
    const reasons: unknown[] = [];
    const handle = async (_: unknown, { attempt, signal, unit }: MessageContext): Promise<void> => {
      unit.enlist(effect(`a:${attempt}`));
      if (attempt > 1) return;
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      await new Promise(() => undefined);
    };
    await world.publish({});
    world.consumer({ 'order.placed': handle }, { deadline: '2s' });
    await moved(1n);
    expect(world.effects).toEqual(['a:2']);
    expect(reasons).toMatchObject([{ code: 'HANDLER_TIMEOUT' }]);
    expect(world.clock.monotonic()).toBeGreaterThanOrEqual(2_000);
    expect(world.clock.monotonic()).toBeLessThan(3_000);
  });

  it('stores nothing of a try that goes on after its deadline, in whatever it calls', async () => {
    const codes: unknown[] = [];
    const handle = async (_: unknown, { attempt }: MessageContext): Promise<void> => {
      if (attempt === 1) await world.clock.sleep(5_000);
      const storing = (): Promise<void> => world.unitOfWork.run((unit) => void unit.enlist(effect(`a:${attempt}`)));
      await storing().catch((error: unknown) => void codes.push((error as { code?: unknown }).code));
    };
    await world.publish({});
    world.consumer({ 'order.placed': handle }, { deadline: '2s' });
    await moved(1n);
    await world.clock.advance(10_000);
    expect([world.effects, codes]).toEqual([['a:2'], ['UNIT_ENDED']]);
  });

  it('takes a rejection for an answer: marks the message, keeps the reply, stores nothing else', async () => {
    const id = 'a9b1f8f2-0b3c-7c11-8f00-000000000002';
    let runs = 0;
    const handler = {
      handle: (_: unknown, { unit }: MessageContext): void => {
        runs += 1;
        unit.enlist(effect('a:done'));
        throw new Rejection('stock.insufficient', 'none left');
      },
      rejected: ({ code }: Rejection, { unit }: MessageContext) => {
        unit.enlist(effect(`a:${code}`));
        return { type: 'rejected', data: code };
      },
    };
    await world.publish({ id });
    const consumer = world.consumer({ 'order.placed': handler });
    await moved(1n);
    expect([runs, world.effects]).toEqual([1, ['a:stock.insufficient']]);
    expect(await world.inbox.reply('stock', `6:orders#${id}`)).toEqual({ type: 'rejected', data: 'stock.insufficient' });
    expect(consumer.status().counts).toMatchObject({ handled: 1, rejected: 1 });
  });

  it('handles messages of two services that have the same id', async () => {
    const id = 'a9b1f8f2-0b3c-7c11-8f00-000000000004';
    const own = event({ id });
    await world.broker.publish([own, { ...own, headers: { ...own.headers, ce_source: 'intruder' } }, own]);
    world.consumer({ 'order.placed': async (_, { envelope, unit }) => void unit.enlist(effect(envelope.source)) });
    await moved(3n);
    expect([...world.effects].sort()).toEqual(['intruder', 'orders']);
  });

  it('keeps what a handler returns with the mark', async () => {
    const id = 'a9b1f8f2-0b3c-7c11-8f00-000000000003';
    await world.publish({ id });
    world.consumer({ 'order.placed': async () => ({ type: 'done', data: 7 }) });
    await moved(1n);
    expect(await world.inbox.reply('stock', `6:orders#${id}`)).toEqual({ type: 'done', data: 7 });
  });

  it('waits out a database that is away, without counting tries and without parking', async () => {
    const attempts: number[] = [];
    const handle = (message: { data: unknown }, context: MessageContext): void => {
      attempts.push(context.attempt);
      note(message, context);
    };
    const consumer = world.consumer({ 'order.placed': handle });
    await world.publish({ data: 0 });
    await moved(1n);
    world.outage = Object.assign(new Error('away'), { code: 'DATABASE_UNAVAILABLE', details: {}, [Symbol.for('@minos/error')]: true });
    await world.publish({ data: 1 }, { data: 2 });
    await world.clock.advance(600_000);
    expect(world.effects).toEqual(['a:0']);
    expect(consumer.status().partitions[0]?.trouble).toBe(world.outage);
    world.outage = undefined;
    await moved(3n);
    expect(world.effects).toEqual(['a:0', 'a:1', 'a:2']);
    expect(new Set(attempts)).toEqual(new Set([1]));
    expect(consumer.status().counts.parked).toBe(0);
  });

  it('begins at the end where it is told to, and not anew after a restart', async () => {
    await world.publish(...numbered('a', 5));
    const first = world.consumer({ 'order.placed': note }, { from: 'end' });
    await moved(5n);
    await stop(first);
    await world.publish({ key: 'a', data: 'later' });
    world.consumer({ 'order.placed': note }, { from: 'end' });
    await moved(6n);
    expect(world.effects).toEqual(['a:later']);
  });

  it('hands partitions over between members; each message takes effect once', async () => {
    world = await reopened(4);
    const keys = Array.from({ length: 16 }, (_, n) => `k${n}`);
    await world.publish(...keys.flatMap((key) => numbered(key, 20)));
    const first = world.consumer({ 'order.placed': note });
    await world.until(() => world.effects.length > 20);
    world.consumer({ 'order.placed': note });
    await world.until(() => first.status().partitions.length === 2);
    await world.publish(...keys.map((key) => ({ key, data: 20 })));
    await world.until(() => world.effects.length === 16 * 21);
    await stop(first);
    await world.publish(...keys.map((key) => ({ key, data: 21 })));
    await world.until(() => world.effects.length === 16 * 22);
    for (const key of keys) expect(of(key)).toEqual(inOrder(key, 22));
  });

  it('stores nothing of a member whose partition another one has taken over without its knowledge', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let entered = 0;
    const handle = async (message: { data: unknown }, context: MessageContext): Promise<void> => {
      note(message, context);
      entered += 1;
      if (entered === 1) await gate;
    };
    await world.publish({ data: 0 });
    const zombie = world.consumer({ 'order.placed': handle });
    await world.until(() => entered === 1);
    await world.inbox.takeOver('stock', partition);
    release();
    await world.clock.advance(100);
    expect(world.effects).toEqual([]);
    expect(await position()).toBeUndefined();
    // The broker still calls it the owner: after a while it joins anew, and handles the message under a new epoch.
    await moved(1n);
    expect(world.effects).toEqual(['a:0']);
    expect(zombie.status().partitions).toMatchObject([{ epoch: 3n }]);
  });

  it('gives a partition back in order: waits for what is in handling, and leaves no suspects', async () => {
    let entered = false;
    const handle = async (message: { data: unknown }, context: MessageContext): Promise<void> => {
      note(message, context);
      entered = true;
      await world.clock.sleep(1_000);
    };
    await world.publish(...numbered('a', 3));
    const consumer = world.consumer({ 'order.placed': handle });
    await world.until(() => entered);
    expect(await world.suspects.inHand('stock', partition)).toBeGreaterThanOrEqual(3n);
    await stop(consumer);
    expect([world.effects, await position()]).toEqual([['a:0'], 1n]);
    expect(await world.suspects.inHand('stock', partition)).toBeUndefined();
    expect(consumer.status()).toMatchObject({ running: false, partitions: [] });
  });

  it('aborts what hangs when the grace time is over, and the next owner handles it', async () => {
    let hung = 0;
    const hang = async (_: unknown, { signal }: MessageContext): Promise<void> => {
      hung += 1;
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    };
    await world.publish({ data: 0 });
    const consumer = world.consumer({ 'order.placed': hang });
    await world.until(() => hung === 1);
    await stop(consumer);
    world.consumer({ 'order.placed': note });
    await moved(1n);
    expect([hung, world.effects]).toEqual([1, ['a:0']]);
  });

  it('waits for a broker that is away, and says so', async () => {
    world.broker.disconnect();
    const consumer = world.consumer({ 'order.placed': note });
    await world.clock.advance(5_000);
    expect(consumer.status()).toMatchObject({ running: true, partitions: [] });
    world.broker.reconnect();
    await world.publish({ data: 0 });
    await moved(1n);
  });

  it('refuses options that it does not know, naming all faults', () => {
    expect(() => world.consumer({}, { consumer: '', window: 0 })).toThrow(/consumer[\s\S]*window/);
  });

  async function stop(consumer: ConsumerPipeline): Promise<void> {
    let stopped = false;
    void consumer.stop().then(() => (stopped = true));
    await world.until(() => stopped, 'the consumer to stop');
  }

  async function reopened(partitions: number): Promise<ConsumerWorld> {
    await world.close();
    return openWorld(partitions);
  }
});
