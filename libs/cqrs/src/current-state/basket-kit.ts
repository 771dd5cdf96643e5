import { Event } from '@minos/common';
import { Aggregate, AggregateRoot, type AggregateRepository, On } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { Injectable } from '@nestjs/common';
import { conditions } from '../view/conditions.js';
import { AggregateQueries } from './aggregate-queries.js';
import type { AggregateRow } from './aggregate-row.js';
import { InjectAggregateQueries, Queryable } from './queryable.decorator.js';

@Event('basket.opened')
export class BasketOpened {
  constructor(readonly owner: string) {}
}
@Event('basket.filled')
export class BasketFilled {
  constructor(
    readonly sku: string,
    readonly price: number,
  ) {}
}
/** No handler takes it. */
@Event('basket.looked-at')
export class BasketLookedAt {}
@Event('basket.thrown-away')
export class BasketThrownAway {}

/** Shows its public state. */
@Queryable<Basket>({ indexes: [['owner', 'total']] })
@Aggregate('basket')
export class Basket extends AggregateRoot {
  owner = '';
  total = 0;
  skus: readonly string[] = [];

  @On(BasketOpened) protected opened({ owner }: BasketOpened): void {
    if (owner === 'nobody') throw new Error('nobody has no basket');
    this.owner = owner;
  }

  @On(BasketFilled) protected filled({ sku, price }: BasketFilled): void {
    this.skus = [...this.skus, sku];
    this.total += price;
  }
}

export interface ShelfState {
  readonly label: string;
  readonly items: number;
}

/** Keeps its state for itself, and shows something else. */
@Aggregate('shelf')
@Queryable<Shelf>({ indexes: [['items']], view: 'shelves' })
export class Shelf extends AggregateRoot {
  private owner = '';
  private readonly skus: string[] = [];

  constructor(private readonly id: string) {
    super();
  }

  toJSON(): ShelfState {
    return { label: `${this.id} of ${this.owner}`, items: this.skus.length };
  }

  @On(BasketOpened) protected opened({ owner }: BasketOpened): void {
    this.owner = owner;
  }

  @On(BasketFilled) protected filled({ sku }: BasketFilled): void {
    this.skus.push(sku);
  }
}

export const baskets = conditions<AggregateRow<Basket>>();
export const shelves = conditions<AggregateRow<Shelf>>();

/** Works with baskets and shelves as an application does. */
@Injectable()
export class Shop {
  constructor(
    @InjectAggregateQueries(Basket) readonly baskets: AggregateQueries<Basket>,
    @InjectAggregateQueries(Shelf) readonly shelves: AggregateQueries<Shelf>,
    @InjectAggregateRepository(Basket) readonly basketRepository: AggregateRepository<Basket>,
    @InjectAggregateRepository(Shelf) readonly shelfRepository: AggregateRepository<Shelf>,
  ) {}

  open(id: string, owner: string, ...fills: readonly (readonly [sku: string, price: number])[]): Promise<void> {
    return this.basketRepository.create(id, (basket) => {
      basket.apply(new BasketOpened(owner));
      for (const [sku, price] of fills) basket.apply(new BasketFilled(sku, price));
    });
  }

  fill(id: string, sku: string, price: number): Promise<void> {
    return this.basketRepository.update(id, (basket) => basket.apply(new BasketFilled(sku, price)));
  }
}
