import type { Change, Lease, Leases } from '@minos/common';
import { SystemClock } from '@minos/common';
import { until } from '@minos/common/testing';
import type { FeedPosition } from '../contracts/event-store.js';
import { createMemoryEventSourcing } from '../memory/memory-event-sourcing.js';
import { streamName } from '../stream/stream-name.js';
import { Subscription } from './subscription.js';
import type { SubscriptionOptions, SubscriptionPorts } from './subscription.options.js';

const STREAM = streamName('test', '1');
const EFFECT = 'test.effect';
const FENCE = 'test.fence';

/** Leases of one process, enough to see who may run. */
class TestLeases implements Leases {
  holder: string | undefined;
  epoch = 0n;
  async acquire(name: string, holder: string, ttlMs: number): Promise<Lease | undefined> {
    if (this.holder !== undefined && this.holder !== holder) return undefined;
    if (this.holder === undefined) this.epoch += 1n;
    this.holder = holder;
    return { name, holder, epoch: this.epoch, remaining: ttlMs };
  }
  async renew(lease: Lease): Promise<Lease | undefined> {
    return this.holder === lease.holder && this.epoch === lease.epoch ? lease : undefined;
  }
  async holders(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { holder } = this;
    return new Map(holder === undefined ? [] : names.map((name) => [name, holder]));
  }
  async release(lease: Lease): Promise<void> {
    if (this.holder === lease.holder && this.epoch === lease.epoch) this.holder = undefined;
  }
  /** What an operator or a lapse does: the next holder has another epoch. */
  takeAway(): void {
    this.holder = undefined;
    this.epoch += 1n;
  }
  fence(lease: Lease): Change {
    return { kind: FENCE, epoch: lease.epoch } as Change;
  }
}

interface Effect extends Change {
  readonly type: string;
}

function setUp() {
  const effects: string[] = [];
  const leases = new TestLeases();
  const minos = createMemoryEventSourcing({
    writers: [
      { kind: EFFECT, apply: ({ type }: Effect) => (effects.push(type), { result: undefined, undo: () => void effects.pop() }) },
      {
        kind: FENCE,
        apply: ({ epoch }: Change & { epoch: bigint }) => {
          if (epoch !== leases.epoch) throw Object.assign(new Error('lease lost'), { code: 'LEASE_LOST' });
          return { result: undefined, undo: () => undefined };
        },
      },
    ],
  });
  const ports: SubscriptionPorts = {
    feed: minos.feed,
    checkpoints: minos.checkpoints,
    unitOfWork: minos.unitOfWork,
    clock: new SystemClock(),
    toMessages: ({ type }) => [type],
  };
  const append = async (...types: string[]) =>
    minos.store.append(
      STREAM,
      types.map((type) => ({ type, schemaVersion: 1, data: {} })),
      { expectedVersion: 'any' },
    );
  return { ...minos, effects, leases, ports, append };
}

type World = ReturnType<typeof setUp>;

const subscriptions: Subscription[] = [];
afterEach(async () => void (await Promise.all(subscriptions.splice(0).map((one) => one.close()))));

function subscribe(world: World, options: Partial<SubscriptionOptions> = {}, ports: Partial<SubscriptionPorts> = {}): Subscription {
  const one = new Subscription(
    {
      name: 'list',
      handler: { each: (type, { unit }) => void unit.enlist({ kind: EFFECT, type } as Effect) },
      retry: { attempts: 3, first: 1, longest: 4 },
      ...options,
    },
    { ...world.ports, ...ports },
  );
  subscriptions.push(one);
  return one;
}

const lastPosition = async (world: World): Promise<FeedPosition> => (await world.feed.horizon()).latest;

describe('Subscription', () => {
  it('hands every event over once, in order, and moves its checkpoint with what the handler did', async () => {
    const world = setUp();
    await world.append('a', 'b');
    const one = subscribe(world, { batchSize: 1 });
    one.start();
    one.start();
    await world.append('c');
    await until(() => world.effects.length === 3 && one.state === 'idle');
    expect(world.effects).toEqual(['a', 'b', 'c']);
    expect(await world.checkpoints.load('list')).toBe(await lastPosition(world));
    expect(await one.progress()).toMatchObject({ state: 'idle', lagEvents: 0, lagSeconds: 0, stalled: false });
  });

  it('goes on from its checkpoint, after a stop and in another runner', async () => {
    const world = setUp();
    await world.append('a');
    const one = subscribe(world);
    one.start();
    await until(() => world.effects.length === 1);
    await one.stop();
    expect(one.state).toBe('stopped');
    await world.append('b');
    one.start();
    await until(() => world.effects.length === 2);
    await one.close();
    await world.append('c');
    subscribe(world).start();
    await until(() => world.effects.length === 3);
    expect(world.effects).toEqual(['a', 'b', 'c']);
    expect(() => one.start()).toThrow(expect.objectContaining({ code: 'SUBSCRIPTION_CLOSED' }));
  });

  it('begins now if it is told to, and for good', async () => {
    const world = setUp();
    await world.append('before');
    const one = subscribe(world, { from: 'now' });
    one.start();
    await until(() => one.state === 'idle');
    await one.stop();
    await world.append('after');
    one.start();
    await until(() => world.effects.length === 1);
    expect(world.effects).toEqual(['after']);
  });

  it('takes the types that it wants and looks past the others', async () => {
    const world = setUp();
    const one = subscribe(world, { types: ['wanted'] });
    await world.append('other', 'wanted', 'other');
    one.start();
    await until(() => one.state === 'idle');
    expect(world.effects).toEqual(['wanted']);
    expect((await one.progress()).position).toBe(await lastPosition(world));
  });

  it('writes down what it has passed once nothing comes any more', async () => {
    const world = setUp();
    await world.append('other');
    const one = subscribe(world, { types: ['wanted'] });
    one.start();
    await until(async () => (await world.checkpoints.load('list')) === (await lastPosition(world)), 'the checkpoint');
    expect(world.effects).toEqual([]);
  });

  it('asks less and less often where reading fails, and says why', async () => {
    const world = setUp();
    await world.append('first');
    let asked = 0;
    const refusing = Object.assign(Object.create(world.feed) as typeof world.feed, {
      read: async () => {
        asked += 1;
        throw new Error('no entry');
      },
      backlog: () => ({ events: 1, seconds: 0 }),
    });
    const one = subscribe(world, { retry: { attempts: 3, first: 10, longest: 10_000 } }, { feed: refusing });
    one.start();
    await until(() => asked === 5, 'the fifth try');
    expect(await one.progress()).toMatchObject({ error: new Error('no entry'), unmovedSeconds: expect.any(Number) });
    expect((await one.progress()).unmovedSeconds).toBeGreaterThan(0.05);
  });

  it('gives batches with what each event became', async () => {
    const world = setUp();
    await world.append('split', 'dropped', 'plain');
    const seen: unknown[] = [];
    const one = subscribe(
      world,
      { handler: { batch: (deliveries) => void seen.push(deliveries.map(({ recorded, messages }) => [recorded.version, ...messages])) } },
      { toMessages: ({ type }) => (type === 'split' ? ['one', 'two'] : type === 'dropped' ? [] : [type]) },
    );
    one.start();
    await until(() => seen.length === 1);
    expect(seen).toEqual([[[1, 'one', 'two'], [2], [3, 'plain']]]);
  });

  it('stops at exactly the event that fails, with all before it committed, and goes on when resumed', async () => {
    const world = setUp();
    let broken = true;
    const attempts: number[] = [];
    const one = subscribe(world, {
      handler: {
        each: (type, { unit, attempt }) => {
          unit.enlist({ kind: EFFECT, type } as Effect);
          if (type !== 'bad') return;
          attempts.push(attempt);
          if (broken) throw new Error('cannot');
        },
      },
    });
    await world.append('a', 'b', 'bad', 'c');
    one.start();
    await until(() => one.state === 'failed');
    expect(world.effects).toEqual(['a', 'b']);
    expect(attempts).toEqual([1, 1, 2, 3]);
    const progress = await one.progress();
    expect(progress).toMatchObject({
      state: 'failed',
      position: '2',
      lagEvents: 2,
      stalled: true,
      failedEvent: { type: 'bad', version: 3 },
    });
    expect(progress.error).toMatchObject({
      code: 'SUBSCRIPTION_FAILED',
      cause: { message: 'cannot' },
      details: { version: 3, attempts: 3 },
    });
    await one.stop();
    expect(one.state).toBe('failed');
    broken = false;
    one.resume();
    await until(() => world.effects.length === 4);
    expect(world.effects).toEqual(['a', 'b', 'bad', 'c']);
  });

  it('passes an event that fails where it may, with the record of it and without its effects', async () => {
    const world = setUp();
    const one = subscribe(world, {
      handler: {
        each: (type, { unit }) => {
          unit.enlist({ kind: EFFECT, type } as Effect);
          if (type === 'bad') throw new Error('cannot');
        },
      },
      skip: ({ event, attempts, cause }, unit) =>
        void unit.enlist({ kind: EFFECT, type: `skipped ${event.type} after ${attempts}: ${(cause as Error).message}` } as Effect),
    });
    await world.append('a', 'bad', 'c');
    one.start();
    await until(() => one.state === 'idle');
    expect(world.effects).toEqual(['a', 'skipped bad after 3: cannot', 'c']);
    expect(await one.progress()).toMatchObject({ position: '3', stalled: false });
  });

  it('stops before an event of which it can keep no record', async () => {
    const world = setUp();
    const refuse = (): never => {
      throw new Error('cannot');
    };
    const one = subscribe(world, { handler: { each: refuse }, skip: refuse });
    await world.append('bad');
    one.start();
    await until(() => one.state === 'failed');
    expect(one.failure).toMatchObject({ code: 'SUBSCRIPTION_FAILED', attempts: 3 });
    expect((await one.progress()).position).toBeUndefined();
  });

  it('overcomes an event that fails for a while, counting it once', async () => {
    const world = setUp();
    let failures = 2;
    const one = subscribe(world, {
      handler: {
        each: (type, { unit }) => {
          unit.enlist({ kind: EFFECT, type } as Effect);
          if (type === 'bad' && failures-- > 0) throw new Error('not yet');
        },
      },
    });
    await world.append('a', 'bad', 'c');
    one.start();
    await until(() => one.state === 'idle');
    expect(world.effects).toEqual(['a', 'bad', 'c']);
    expect((await one.progress()).error).toBeUndefined();
  });

  it('waits for a storage that is away and counts no attempt', async () => {
    const world = setUp();
    await world.append('a');
    let away = 6;
    const unavailable = (): Error => Object.assign(new Error('away'), { code: 'DATABASE_UNAVAILABLE' });
    const feed: SubscriptionPorts['feed'] = Object.assign(Object.create(world.feed) as typeof world.feed, {
      read: (...args: Parameters<typeof world.feed.read>) => (away-- > 0 ? Promise.reject(unavailable()) : world.feed.read(...args)),
    });
    const one = subscribe(world, {}, { feed });
    one.start();
    await until(() => world.effects.length === 1);
    expect(one.state).not.toBe('failed');
  });

  it('loads the checkpoint again when somebody moved it', async () => {
    const world = setUp();
    const one = subscribe(world);
    await world.append('a');
    one.start();
    await until(() => one.state === 'idle');
    await world.checkpoints.reset('list', undefined);
    await world.append('b');
    await until(() => world.effects.length === 3);
    expect(world.effects).toEqual(['a', 'a', 'b']);
  });

  it('takes no failure for the fault of the event that somebody else has handled meanwhile', async () => {
    const world = setUp();
    await world.append('a');
    await world.append('b');
    const end = await lastPosition(world);
    const seen: unknown[] = [];
    const handler = {
      each: async (event: unknown) => {
        seen.push(event);
        await world.checkpoints.reset('list', end);
        throw new Error('duplicate key value');
      },
    };
    const one = subscribe(world, { handler, retry: { attempts: 1 } });
    one.start();
    await until(() => one.state === 'idle');
    expect(seen).toEqual(['a']);
  });

  it('runs in one process at a time, and another takes over', async () => {
    const world = setUp();
    const ports = { leases: world.leases };
    const [one, two] = [subscribe(world, { holder: 'one', lease: 150 }, ports), subscribe(world, { holder: 'two', lease: 150 }, ports)];
    one.start();
    await until(() => one.state === 'idle');
    two.start();
    await world.append('a');
    await until(() => world.effects.length === 1 && one.state === 'idle');
    expect(two.state).toBe('standby');
    await one.stop();
    await world.append('b');
    await until(() => world.effects.length === 2);
    expect(two.state).not.toBe('standby');
  });

  it('commits nothing once its lease is lost, even if it does not know', async () => {
    const world = setUp();
    let enter: () => void = () => undefined;
    const entered = new Promise<void>((resolve) => (enter = resolve));
    let leave: () => void = () => undefined;
    const left = new Promise<void>((resolve) => (leave = resolve));
    const held = subscribe(
      world,
      {
        holder: 'old',
        lease: '1h',
        handler: {
          each: async (type, { unit }) => {
            enter();
            await left;
            unit.enlist({ kind: EFFECT, type: `old ${String(type)}` } as Effect);
          },
        },
      },
      { leases: world.leases },
    );
    await world.append('a');
    held.start();
    await entered;
    world.leases.takeAway();
    const next = subscribe(world, { holder: 'new' }, { leases: world.leases });
    next.start();
    await until(() => world.effects.length === 1);
    leave();
    await until(() => held.state === 'standby');
    expect(world.effects).toEqual(['a']);
  });

  it('stops although a handler hangs, and reports it as stalled before', async () => {
    const world = setUp();
    let signal: AbortSignal | undefined;
    const one = subscribe(
      world,
      {
        stopTimeout: 20,
        stallAfter: 10,
        handler: { each: (_, context) => ((signal = context.signal), new Promise<void>(() => undefined)) },
      },
      { leases: world.leases },
    );
    await world.append('a');
    one.start();
    await until(async () => (await one.progress()).stalled);
    await one.stop();
    await one.stop();
    expect(signal?.aborted).toBe(true);
    expect(one.state).toBe('stopped');
    await until(() => world.leases.holder === undefined);
  });

  it('refuses options that cannot be used, all at once', () => {
    const world = setUp();
    const wrong = { name: '', batchSize: 0, handler: {} as never };
    expect(() => subscribe(world, wrong)).toThrow(/3 faults[^]*name[^]*handler[^]*batchSize/);
  });
});
