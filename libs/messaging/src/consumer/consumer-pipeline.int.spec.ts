import { SystemClock, type Change } from '@minos/common';
import { until } from '@minos/common/testing';
import type { ChangeWriter, Database, PlacedChange, WritePlan } from '@minos/postgres';
import { INBOX_MARK, INBOX_REPLY, type InboxStore } from '../contracts/inbox-store.js';
import type { MessageContext, MessageHandler } from '../contracts/message-handler.js';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { MemoryLog } from '../memory/broker/memory-log.js';
import { ParkedKeys } from '../parked/parked-keys.js';
import { openStores, openTestingDatabase, type TestingDatabaseOptions } from '../postgres/inbox-kit.js';
import { CHANNEL, event, type EventInit } from './consumer-kit.js';
import { ConsumerPipeline } from './consumer-pipeline.js';
import type { ConsumerPipelineOptions } from './consumer.options.js';

interface Effect extends Change {
  readonly kind: 'test.effect';
  readonly key: string;
  readonly data: number;
}

/** Stores effects with the units of the group commit, in the order of their commits. */
class EffectWriter implements ChangeWriter<Effect> {
  readonly kinds = ['test.effect'] as const;
  readonly order = 600;
  lockKeys(): readonly string[] {
    return [];
  }
  size(): number {
    return 50;
  }
  plan(changes: readonly PlacedChange<Effect>[]): WritePlan {
    return {
      write: {
        name: 'public.write_effects',
        values: [
          { type: 'int[]', value: changes.map(({ unit }) => unit) },
          { type: 'text[]', value: changes.map(({ change }) => change.key) },
          { type: 'int[]', value: changes.map(({ change }) => change.data) },
        ],
      },
    };
  }
  async judge(): Promise<undefined> {
    return undefined;
  }
  async find(): Promise<'unknowable'> {
    return 'unknowable';
  }
}

/** Takes marks and keeps none: what a consumer without an inbox does. */
class NoInboxWriter implements ChangeWriter<Change> {
  readonly kinds = [INBOX_MARK, INBOX_REPLY] as const;
  readonly order = 200;
  lockKeys(): readonly string[] {
    return [];
  }
  size(): number {
    return 1;
  }
  plan(): WritePlan {
    return {};
  }
  async judge(): Promise<undefined> {
    return undefined;
  }
  async find(): Promise<'unknowable'> {
    return 'unknowable';
  }
}

async function createEffects(database: Database): Promise<void> {
  await database.query('create table public.effects (place bigint generated always as identity, key text, data int)');
  await database.query(`create function public.write_effects(failed int[], units int[], keys text[], data int[]) returns jsonb language plpgsql as $$
    begin
      insert into public.effects (key, data)
        select e.key, e.data from unnest(units, keys, data) with ordinality as e(unit, key, data, n) where not e.unit = any (failed) order by e.n;
      return null;
    end $$`);
}

async function openService(options: TestingDatabaseOptions = {}) {
  const writers = [new EffectWriter(), ...(options.writers ?? [])];
  const stores = await openTestingDatabase({ ...options, writers });
  await createEffects(stores.database);
  const log = new MemoryLog(new SystemClock());
  const broker = new MemoryBroker({ log });
  await broker.ensureChannels([{ name: CHANNEL, partitions: 4 }]);
  const consumers: ConsumerPipeline[] = [];
  const others: { close(): Promise<void> }[] = [];
  const consume = (
    handle: MessageHandler<never>['handle'],
    more: Partial<ConsumerPipelineOptions> = {},
    on: Partial<typeof stores> & { broker?: MemoryBroker } = {},
  ) => {
    const handlers = new Map([['order.placed', { handle }]]);
    const pipeline = new ConsumerPipeline(
      { consumer: 'stock', channels: [{ name: CHANNEL }], handlers, ...more },
      { ...stores, broker, ...on },
    );
    consumers.push(pipeline);
    pipeline.start();
    return pipeline;
  };
  return {
    ...stores,
    log,
    broker,
    consume,
    publish: (events: readonly EventInit[]) => broker.publish(events.map(event)),
    /** Another process of the service, on the same database. */
    another: async () => {
      const other = await openStores(stores.url, { writers: [new EffectWriter()] });
      others.push(other);
      return { ...other, broker: new MemoryBroker({ log }) };
    },
    effects: async (): Promise<readonly { key: string; data: number }[]> =>
      (await stores.database.query<{ key: string; data: number }>('select key, data from public.effects order by place')).rows,
    caughtUp: () =>
      until(async () => (await broker.lag('stock', [CHANNEL])).every(({ lag }) => lag === 0n), 'the consumer to catch up', 120_000),
    close: async (): Promise<void> => {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await broker.close();
      for (const other of others) await other.close();
      await stores.close();
    },
  };
}

type Service = Awaited<ReturnType<typeof openService>>;

const note = (message: { data: number }, { unit, stored }: MessageContext): void => {
  unit.enlist({ kind: 'test.effect', key: stored.key, data: message.data } as Effect);
};

/** Every message three times: the repetitions come anywhere behind the first, in the order of their keys. */
function thrice(keys: number, each: number): EventInit[] {
  const random = lcg(7);
  const queues = Array.from({ length: keys }, (_, k) => {
    const firsts = Array.from({ length: each }, (_ignored, n) => ({
      key: `k${k}`,
      id: `018f4a00-0000-7000-8000-${(k * each + n).toString(16).padStart(12, '0')}`,
      data: n,
    }));
    return firsts.flatMap((one, n) => [one, ...(n % 2 ? [one, firsts[n - 1] as typeof one, firsts[n - 1] as typeof one, one] : [])]);
  });
  const mixed: EventInit[] = [];
  for (let left = queues.filter((queue) => queue.length > 0); left.length > 0; left = left.filter((queue) => queue.length > 0)) {
    const queue = left[Math.floor(random() * left.length)];
    mixed.push(queue?.shift() as EventInit);
  }
  return mixed;
}

/** A small generator of random numbers, so that a failing order can be had again. */
function lcg(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
}

function byKey(effects: readonly { key: string; data: number }[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { key, data } of effects) found.set(key, [...(found.get(key) ?? []), data]);
  return found;
}

const inOrder = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('ConsumerPipeline on PostgreSQL', () => {
  let service: Service;
  afterEach(() => service.close());

  it('gives each effect once, in order for each key, where every message comes three times', async () => {
    service = await openService();
    const events = thrice(50, 20);
    expect(events).toHaveLength(3_000);
    await service.publish(events);
    const consumer = service.consume(note);
    await service.caughtUp();
    const found = byKey(await service.effects());
    expect(found.size).toBe(50);
    for (const data of found.values()) expect(data).toEqual(inOrder(20));
    expect(consumer.status().counts).toMatchObject({ handled: 1_000, duplicates: 2_000 });
  });

  it('would give it three times without an inbox', async () => {
    service = await openService({ inbox: new NoInboxWriter() });
    await service.publish(thrice(10, 20));
    const forgetful: InboxStore = Object.assign(Object.create(service.inbox) as InboxStore, { handled: async () => new Set<string>() });
    service.consume(note, {}, { inbox: forgetful as Service['inbox'] });
    await service.caughtUp();
    expect(await service.effects()).toHaveLength(600);
  });

  it('parks one poison key among a hundred, lets the others flow, and drains it in order after the fix', async () => {
    service = await openService();
    let fixed = false;
    const handle = (message: { data: number }, context: MessageContext): void => {
      note(message, context);
      if (context.stored.key === 'k13' && !fixed) throw new Error('poison');
    };
    const keys = Array.from({ length: 100 }, (_, k) => `k${k}`);
    await service.publish(inOrder(10).flatMap((data) => keys.map((key) => ({ key, data }))));
    service.consume(handle, { retry: { first: '10ms' } });
    await service.caughtUp();
    const before = byKey(await service.effects());
    expect(before.size).toBe(99);
    for (const data of before.values()) expect(data).toEqual(inOrder(10));
    const operator = new ParkedKeys(service.parked);
    expect(await operator.list()).toMatchObject([{ key: 'k13', messages: 10, cause: { message: 'poison' }, attempts: 3 }]);
    fixed = true;
    await operator.retry({ key: 'k13' }, { by: 'ann' });
    await service.publish([{ key: 'k13', data: 10 }]);
    await until(async () => (await operator.list()).length === 0, 'the key to be drained');
    await service.caughtUp();
    await until(async () => byKey(await service.effects()).get('k13')?.length === 11);
    expect(byKey(await service.effects()).get('k13')).toEqual(inOrder(11));
    expect(await operator.history({ consumer: 'stock', channel: CHANNEL, key: 'k13' })).toMatchObject([{ ended: { outcome: 'done' } }]);
  });

  it('keeps effects to one and in order while members come, are cut off and go on as zombies', async () => {
    service = await openService();
    const keys = Array.from({ length: 40 }, (_, k) => `k${k}`);
    const slow = async (message: { data: number }, context: MessageContext): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
      note(message, context);
    };
    service.consume(slow);
    await service.publish(inOrder(20).flatMap((data) => keys.map((key) => ({ key, data }))));
    const zombie = await service.another();
    const second = service.consume(slow, {}, zombie);
    await until(() => second.status().partitions.length > 0, 'the second member to get partitions');
    await service.publish(inOrder(20).flatMap((data) => keys.map((key) => ({ key, data: data + 20 }))));
    await until(() => second.status().counts.handled > 50, 'the second member to work');
    zombie.broker.disconnect();
    await service.publish(inOrder(20).flatMap((data) => keys.map((key) => ({ key, data: data + 40 }))));
    await service.caughtUp();
    const found = byKey(await service.effects());
    for (const key of keys) expect(found.get(key)).toEqual(inOrder(60));
    zombie.broker.reconnect();
  });
});
