import { Rejection } from '@minos/common';
import { Aggregate, AggregateRoot, On } from '@minos/event-sourcing';
import { ProductCreated, StockAdjusted, StockReleased, StockReserved, StockSold } from './product.events.js';

/** What a product is, folded from its events. */
export interface ProductState {
  readonly title: string;
  /** Of one piece, in cents. */
  readonly price: number;
  /** Pieces in the house, those that are reserved included. */
  readonly onHand: number;
  readonly reserved: number;
  readonly sold: number;
  readonly available: number;
}

/**
 * A product and its stock. Always 0 <= reserved <= onHand, and onHand + sold = the first onHand + all deltas. What is held for which order is known to the
 * order's {@link Reservation}; here are the sums.
 */
@Aggregate('product', { snapshotEvery: 100 })
export class Product extends AggregateRoot {
  private title = '';
  private price = 0;
  private onHand = 0;
  private reserved = 0;
  private sold = 0;

  constructor(readonly sku: string) {
    super();
  }

  create({ title, price, onHand }: Pick<ProductState, 'title' | 'price' | 'onHand'>): void {
    demandCount('onHand', onHand, 0);
    demandCount('price', price, 0);
    this.apply(new ProductCreated(this.sku, title, price, onHand));
  }

  /** Pieces came into the house, or went. What is reserved stays. */
  adjust(delta: number): void {
    demandCount('delta', delta, Number.MIN_SAFE_INTEGER);
    if (delta === 0) return;
    this.refuseUnlessAvailable(-delta);
    this.apply(new StockAdjusted(this.sku, delta));
  }

  /** Returns the price of one piece. Throws `stock.insufficient`. */
  reserve(orderId: string, quantity: number): number {
    demandCount('quantity', quantity, 1);
    this.refuseUnlessAvailable(quantity);
    this.apply(new StockReserved(this.sku, orderId, quantity, this.price));
    return this.price;
  }

  /** Gives back what {@link reserve} took; each reservation ends once. */
  release(orderId: string, quantity: number): void {
    this.demandReserved(quantity);
    this.apply(new StockReleased(this.sku, orderId, quantity));
  }

  /** Reserved pieces leave the house; each reservation ends once. */
  sell(orderId: string, quantity: number): void {
    this.demandReserved(quantity);
    this.apply(new StockSold(this.sku, orderId, quantity));
  }

  /** Throws `stock.insufficient`. */
  refuseUnlessAvailable(quantity: number): void {
    const { available } = this.state();
    if (quantity <= available) return;
    throw new Rejection('stock.insufficient', `Of ${this.sku} ${available} are available, ${quantity} are needed.`, {
      sku: this.sku,
      available,
      needed: quantity,
    });
  }

  state(): ProductState {
    const { title, price, onHand, reserved, sold } = this;
    return { title, price, onHand, reserved, sold, available: onHand - reserved };
  }

  @On(ProductCreated) protected created(event: ProductCreated): void {
    this.title = event.title;
    this.price = event.price;
    this.onHand = event.onHand;
  }

  @On(StockAdjusted) protected adjusted({ delta }: StockAdjusted): void {
    this.onHand += delta;
  }

  @On(StockReserved) protected held({ quantity }: StockReserved): void {
    this.reserved += quantity;
  }

  @On(StockReleased) protected released({ quantity }: StockReleased): void {
    this.reserved -= quantity;
  }

  @On(StockSold) protected gone({ quantity }: StockSold): void {
    this.onHand -= quantity;
    this.reserved -= quantity;
    this.sold += quantity;
  }

  /** What ends was reserved before: anything else is our fault, not the caller's. */
  private demandReserved(quantity: number): void {
    demandCount('quantity', quantity, 1);
    if (quantity > this.reserved) throw new Error(`Of ${this.sku} ${this.reserved} are reserved, ${quantity} can not be taken out.`);
  }
}

function demandCount(what: string, count: number, least: number): void {
  if (!Number.isSafeInteger(count) || count < least) throw new RangeError(`${what} is ${count}; it is a whole number from ${least}.`);
}
