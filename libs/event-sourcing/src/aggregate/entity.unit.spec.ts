import { Event, Rejection } from '@minos/common';
import { createMemoryEventSourcing } from '../memory/memory-event-sourcing.js';
import type { JsonObject } from '../contracts/event-store.js';
import type { SnapshotHooks } from '../snapshot/aggregate-state.js';
import { testAggregate } from '../testing/test-aggregate.js';
import { Aggregate } from './aggregate.decorator.js';
import { AggregateRoot } from './aggregate-root.js';
import { Entity } from './entity.js';
import { Member } from './member.decorator.js';
import { On } from './on.decorator.js';

@Event('cart.line-added')
class LineAdded {
  constructor(
    readonly sku: string,
    readonly price: { readonly amount: number; readonly currency: string },
  ) {}
}

@Event('cart.line-counted')
class LineCounted {
  constructor(
    readonly sku: string,
    readonly quantity: number,
  ) {}
}

@Event('cart.note-written')
class NoteWritten {
  constructor(
    readonly sku: string,
    readonly note: string,
  ) {}
}

/** A value object: no identity, never changed, in events and snapshots as plain JSON. */
class Money {
  constructor(
    readonly amount: number,
    readonly currency: string,
  ) {}

  times(factor: number): Money {
    return new Money(this.amount * factor, this.currency);
  }
}

class Notes extends Entity {
  all: string[] = [];
  @On(NoteWritten) protected written({ note }: NoteWritten): void {
    this.all.push(note);
  }
}

class Line extends Entity {
  quantity = 1;
  @Member(Notes) readonly notes = new Notes(this);

  constructor(
    cart: Cart,
    readonly sku: string,
    readonly price: Money,
  ) {
    super(cart);
  }

  count(quantity: number): void {
    if (quantity < 0) throw new Rejection('cart.negative', 'no');
    this.apply(new LineCounted(this.sku, quantity));
  }

  @On(LineCounted) protected counted({ quantity }: LineCounted): void {
    this.quantity = quantity;
  }
}

@Aggregate('cart', { snapshotEvery: 2 })
class Cart extends AggregateRoot implements SnapshotHooks {
  @Member(Line, (line: Line, event: { sku: string }) => line.sku === event.sku)
  private readonly lines = new Map<string, Line>();
  private changes = 0;

  add(sku: string, price: Money): void {
    this.apply(new LineAdded(sku, { ...price }));
  }

  line(sku: string): Line {
    return this.lines.get(sku) as Line;
  }

  get total(): number {
    return [...this.lines.values()].reduce((sum, { price, quantity }) => sum + price.times(quantity).amount, 0);
  }

  get seen(): number {
    return this.changes;
  }

  @On(LineAdded) protected added({ sku, price }: LineAdded): void {
    this.lines.set(sku, new Line(this, sku, new Money(price.amount, price.currency)));
  }

  @On(LineCounted) protected changed(): void {
    this.changes++;
  }

  toSnapshot(): JsonObject {
    const lines = [...this.lines.values()].map(({ sku, price, quantity }) => ({ sku, price: { ...price }, quantity }));
    return { lines, changes: this.changes };
  }

  fromSnapshot(state: JsonObject): void {
    const { lines, changes } = state as unknown as { lines: { sku: string; price: Money; quantity: number }[]; changes: number };
    this.changes = changes;
    for (const { sku, price, quantity } of lines) {
      this.lines.set(sku, Object.assign(new Line(this, sku, new Money(price.amount, price.currency)), { quantity }));
    }
  }
}

describe('child entities', () => {
  const cart = testAggregate(Cart).given(
    new LineAdded('a', { amount: 5, currency: 'EUR' }),
    new LineAdded('b', { amount: 7, currency: 'EUR' }),
  );

  it('apply events of the root, and handle those that match them', () => {
    const outcome = cart.when((one) => one.line('b').count(3));
    outcome.then(new LineCounted('b', 3));
    outcome.thenState((one) => expect([one.total, one.seen, one.line('a').quantity]).toEqual([26, 1, 1]));
  });

  it('refuse as the root does', () => {
    cart.when((one) => one.line('b').count(-1)).thenRejected('cart.negative');
  });

  it('hand events on to their own children', () => {
    cart
      .given(new NoteWritten('a', 'fragile'))
      .when(() => undefined)
      .thenState((one) => expect(one.line('a').notes.all).toEqual(['fragile']));
  });

  it('survive a snapshot by its hooks, value objects too', async () => {
    const { repository, snapshots } = createMemoryEventSourcing();
    const carts = repository(Cart);
    await carts.create('1', (one) => one.add('a', new Money(5, 'EUR')));
    await carts.update('1', (one) => one.line('a').count(4));
    expect((await snapshots.load('cart-1' as never, 1, ''))?.version).toBe(2);
    const fresh = repository(Cart);
    await fresh.update('1', (one) => one.line('a').count(6));
    const loaded = await fresh.load('1');
    expect([loaded.total, loaded.seen, loaded.line('a').price]).toEqual([30, 2, new Money(5, 'EUR')]);
  });
});
