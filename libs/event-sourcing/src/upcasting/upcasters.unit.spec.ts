import { Event, MessageRegistry } from '@minos/common';
import { Aggregate } from '../aggregate/aggregate.decorator.js';
import { AggregateRoot } from '../aggregate/aggregate-root.js';
import { On } from '../aggregate/on.decorator.js';
import { streamOf } from '../aggregate/stream-of.js';
import type { NewEvent } from '../contracts/event-store.js';
import { createMemoryEventSourcing } from '../memory/memory-event-sourcing.js';
import { streamName } from '../stream/stream-name.js';
import { upcast } from './upcaster.js';
import type { Upcaster } from './upcaster.js';
import { Upcasters } from './upcasters.js';

@Event('order.placed', { version: 3 })
class OrderPlaced {
  constructor(
    readonly customer: string,
    readonly total: number,
  ) {}
}

@Event('order.shipped')
class OrderShipped {
  constructor(readonly by: string) {}
}

@Event('order.paid')
class OrderPaid {
  constructor(readonly amount: number) {}
}

@Aggregate('order')
class Order extends AggregateRoot {
  log: unknown[] = [];
  @On(OrderPlaced) protected placed({ customer, total }: OrderPlaced): void {
    this.log.push(['placed', customer, total]);
  }
  @On(OrderShipped) protected shipped({ by }: OrderShipped): void {
    this.log.push(['shipped', by]);
  }
  @On(OrderPaid) protected paid({ amount }: OrderPaid): void {
    this.log.push(['paid', amount]);
  }
  pay(amount: number): void {
    this.apply(new OrderPaid(amount));
  }
}

const chain = () => [
  upcast('order.placed', 1).to('order.placed', 2, (data) => ({ ...data, total: 0 })),
  upcast('order.placed', 2).to('order.placed', 3, ({ name, ...data }) => ({ ...data, customer: name ?? '' })),
  upcast('order.sent', 1).to('order.shipped', 1),
  upcast('order.settled', 1).into({ 'order.paid': 1, 'order.sent': 1 }, ({ amount, by }) => ({
    'order.paid': { amount: amount ?? 0 },
    ...(by === undefined ? {} : { 'order.sent': { by } }),
  })),
  upcast('order.viewed', 1).drop(),
];

const old = (type: string, schemaVersion: number, data: NewEvent['data']): NewEvent => ({ type, schemaVersion, data });
const registry = (): MessageRegistry => new MessageRegistry().register(OrderPlaced, OrderShipped, OrderPaid);

describe('Upcasters', () => {
  async function stored(...events: NewEvent[]) {
    const parts = createMemoryEventSourcing({ registry: registry(), upcasters: new Upcasters(chain()) });
    await parts.store.append(streamName('order', '1'), events, { expectedVersion: 'no-stream' });
    return { ...parts, orders: parts.repository(Order) };
  }

  it('changes, renames, splits and drops, step by step', async () => {
    const { orders } = await stored(
      old('order.placed', 1, { name: 'ann' }),
      old('order.viewed', 1, {}),
      old('order.settled', 1, { amount: 5, by: 'mail' }),
      old('order.settled', 1, { amount: 6 }),
      old('order.sent', 1, { by: 'van' }),
      old('order.placed', 3, { customer: 'bob', total: 9 }),
    );
    expect((await orders.load('1')).log).toEqual([
      ['placed', 'ann', 0],
      ['paid', 5],
      ['shipped', 'mail'],
      ['paid', 6],
      ['shipped', 'van'],
      ['placed', 'bob', 9],
    ]);
  });

  it('counts stored events in the version, so that appending goes on behind them', async () => {
    const { orders, store } = await stored(old('order.settled', 1, { amount: 5, by: 'mail' }), old('order.viewed', 1, {}));
    expect(streamOf(await orders.load('1')).version).toBe(2);
    await orders.update('1', (order) => order.pay(7));
    expect((await store.state(streamName('order', '1'))).version).toBe(3);
  });

  it('keeps id, position, version and metadata in every part', async () => {
    const { feed } = await stored(old('order.settled', 1, { amount: 5, by: 'mail' }));
    const { events } = await feed.read(feed.beginning);
    const parts = events.flatMap((event) => new Upcasters(chain()).upcast(event));
    expect(parts.map(({ type, schemaVersion, data }) => [type, schemaVersion, data])).toEqual([
      ['order.paid', 1, { amount: 5 }],
      ['order.shipped', 1, { by: 'mail' }],
    ]);
    for (const part of parts)
      expect(part).toMatchObject({ id: events[0]?.id, position: events[0]?.position, version: 1, stream: 'order-1' });
  });

  it('passes nothing that it does not know', async () => {
    await expect((await stored(old('order.gone', 1, {}))).orders.load('1')).rejects.toMatchObject({ code: 'UNKNOWN_EVENT' });
    await expect((await stored(old('order.placed', 4, {}))).orders.load('1')).rejects.toMatchObject({ code: 'EVENT_TOO_NEW' });
  });

  it('says where an upcaster threw', async () => {
    const upcasters = new Upcasters([
      upcast('order.sent', 1).to('order.shipped', 1, () => {
        throw new TypeError('oops');
      }),
    ]);
    const { store, repository } = createMemoryEventSourcing({ registry: registry(), upcasters });
    await store.append(streamName('order', '1'), [old('order.sent', 1, {})], { expectedVersion: 'any' });
    await expect(repository(Order).load('1')).rejects.toMatchObject({ code: 'UPCAST_FAILED', details: { stream: 'order-1', version: 1 } });
  });
});

describe('Upcasters at boot', () => {
  const faultsOf = (...upcasters: Upcaster[]): string[] => {
    try {
      new Upcasters(upcasters).connect(registry());
      return [];
    } catch (error) {
      return (error as { details: { faults: string[] } }).details.faults;
    }
  };

  it('accepts chains that end in classes, and makes their versions readable', () => {
    const known = registry();
    new Upcasters(chain()).connect(known);
    expect(known.names().events).toMatchObject({ 'order.placed': [1, 2, 3], 'order.sent': [1], 'order.viewed': [1] });
  });

  it('wants every older version to be read', () => {
    expect(faultsOf(upcast('order.placed', 2).to('order.placed', 3))).toEqual([
      expect.stringMatching(/nothing reads version 1; add upcast\('order.placed', 1\)/),
    ]);
    expect(faultsOf(upcast('order.placed', 2).to('order.placed', 3), upcast('order.placed', 1).neverStored())).toEqual([]);
  });

  it('refuses loose ends, doubles and circles', () => {
    expect(faultsOf(...chain(), upcast('order.old', 1).to('order.placed', 7))).toEqual([
      expect.stringMatching(/ends at order.placed version 7/),
    ]);
    expect(faultsOf(...chain(), upcast('order.sent', 1).drop())).toEqual([
      expect.stringMatching(/two upcasters from order.sent version 1/),
    ]);
    expect(faultsOf(upcast('a', 1).to('b', 1), upcast('b', 1).to('a', 1))).toEqual([
      expect.stringMatching(/from a version 1 leads back/),
      expect.stringMatching(/from b version 1 leads back/),
    ]);
  });
});
