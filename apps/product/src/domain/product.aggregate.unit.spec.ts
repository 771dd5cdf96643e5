import { testAggregate } from '@minos/event-sourcing/testing';
import { Product } from './product.aggregate.js';
import { ProductCreated, StockAdjusted, StockReleased, StockReserved, StockSold } from './product.events.js';

const ORDER = 'o-1';
const product = testAggregate(Product, { id: 'mug' });
const ten = product.given(new ProductCreated('mug', 'Mug', 500, 10));

describe('a product', () => {
  it('is created with what is in the house', () => {
    product.when((mug) => mug.create({ title: 'Mug', price: 500, onHand: 10 })).then(new ProductCreated('mug', 'Mug', 500, 10));
    ten.when((mug) => mug.state()).thenReturned({ title: 'Mug', price: 500, onHand: 10, reserved: 0, sold: 0, available: 10 });
  });

  it('takes more pieces, and gives those that are free', () => {
    ten.when((mug) => mug.adjust(5)).then(new StockAdjusted('mug', 5));
    ten.when((mug) => mug.adjust(-10)).then(new StockAdjusted('mug', -10));
    ten.when((mug) => mug.adjust(-11)).thenRejected('stock.insufficient');
    ten.when((mug) => mug.adjust(0)).thenNothing();
  });

  it('keeps reserved pieces in the house', () => {
    const reserved = ten.given(new StockReserved('mug', ORDER, 4, 500));
    reserved.when((mug) => mug.adjust(-7)).thenRejected('stock.insufficient');
    reserved.when((mug) => mug.adjust(-6)).then(new StockAdjusted('mug', -6));
  });

  it('reserves what is available, at the price of the moment', () => {
    ten.when((mug) => mug.reserve(ORDER, 10)).then(new StockReserved('mug', ORDER, 10, 500));
    ten.when((mug) => mug.reserve(ORDER, 10)).thenReturned(500);
    ten.when((mug) => mug.reserve(ORDER, 11)).thenRejected('stock.insufficient');
    ten
      .given(new StockReserved('mug', 'o-2', 8, 500))
      .when((mug) => mug.reserve(ORDER, 3))
      .thenRejected('stock.insufficient');
  });

  it('takes reserved pieces back', () => {
    const reserved = ten.given(new StockReserved('mug', ORDER, 4, 500));
    reserved.when((mug) => mug.release(ORDER, 4)).then(new StockReleased('mug', ORDER, 4));
    reserved
      .given(new StockReleased('mug', ORDER, 4))
      .when((mug) => mug.state())
      .thenReturned({ title: 'Mug', price: 500, onHand: 10, reserved: 0, sold: 0, available: 10 });
  });

  it('sells reserved pieces', () => {
    const reserved = ten.given(new StockReserved('mug', ORDER, 4, 500));
    reserved.when((mug) => mug.sell(ORDER, 4)).then(new StockSold('mug', ORDER, 4));
    reserved
      .given(new StockSold('mug', ORDER, 4))
      .when((mug) => mug.state())
      .thenReturned({ title: 'Mug', price: 500, onHand: 6, reserved: 0, sold: 4, available: 6 });
  });

  it('fails rather than giving back or selling what is not reserved', () => {
    const reserved = ten.given(new StockReserved('mug', ORDER, 4, 500));
    expect(() => reserved.when((mug) => mug.release(ORDER, 5)).thenNothing()).toThrow(/4 are reserved/);
    expect(() => reserved.when((mug) => mug.sell(ORDER, 5)).thenNothing()).toThrow(/4 are reserved/);
  });

  it.each([0, -1, 1.5, NaN])('fails for %s pieces', (quantity) => {
    for (const act of ['reserve', 'release', 'sell'] as const)
      expect(() => ten.when((mug) => void mug[act](ORDER, quantity)).thenNothing()).toThrow(/whole number/);
  });
});
