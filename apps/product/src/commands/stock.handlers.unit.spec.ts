import { isRejection } from '@minos/common';
import { ReleaseStock, ReserveStock, SellStock } from '@shop/contracts';
import { createWarehouse, type Warehouse } from '../../test/warehouse.js';
import { Product } from '../domain/product.aggregate.js';
import { ProductCreated, StockReleased, StockReserved, StockSold } from '../domain/product.events.js';
import { Reservation } from '../domain/reservation.aggregate.js';
import { ReservationMade, ReservationReleased, ReservationSold } from '../domain/reservation.events.js';

const ORDER = 'o-1';
const lines = [
  { sku: 'pen', quantity: 1 },
  { sku: 'mug', quantity: 2 },
  { sku: 'pen', quantity: 3 },
];
const priced = [
  { sku: 'pen', quantity: 1, price: 150 },
  { sku: 'mug', quantity: 2, price: 500 },
  { sku: 'pen', quantity: 3, price: 150 },
];
const answer = { total: 1600, lines: priced };

describe('the stock of an order', () => {
  let house: Warehouse;

  beforeEach(() => {
    house = createWarehouse();
    house.scenario
      .given(Product, 'mug', new ProductCreated('mug', 'Mug', 500, 10))
      .given(Product, 'pen', new ProductCreated('pen', 'Pen', 150, 10));
  });

  const reserve = (of = lines): Promise<unknown> => house.reserving.execute(new ReserveStock(ORDER, of));
  const release = (): Promise<void> => house.releasing.execute(new ReleaseStock(ORDER));
  const sell = (): Promise<void> => house.selling.execute(new SellStock(ORDER));
  const held = (): Warehouse['scenario'] =>
    house.scenario
      .given(Product, 'pen', new StockReserved('pen', ORDER, 4, 150))
      .given(Product, 'mug', new StockReserved('mug', ORDER, 2, 500))
      .given(Reservation, ORDER, new ReservationMade(ORDER, priced, 1600));

  it('is reserved over all products in one unit', async () => {
    const outcome = house.scenario.when(() => reserve());
    await outcome.then(
      new StockReserved('pen', ORDER, 4, 150),
      new StockReserved('mug', ORDER, 2, 500),
      new ReservationMade(ORDER, priced, 1600),
    );
    await outcome.thenReturned(answer);
  });

  it('is reserved all or nothing', () =>
    house.scenario
      .when(() =>
        reserve([
          { sku: 'pen', quantity: 10 },
          { sku: 'mug', quantity: 11 },
        ]),
      )
      .thenRejected('stock.insufficient'));

  it('leaves nothing behind a refusal that the caller lives with', () =>
    house.scenario
      .when(() =>
        house.scenario.unitOfWork.run(async () => {
          const refused: unknown = await reserve([
            { sku: 'pen', quantity: 10 },
            { sku: 'mug', quantity: 11 },
          ]).catch((error: unknown) => error);
          expect(isRejection(refused, 'stock.insufficient')).toBe(true);
        }),
      )
      .thenNothing());

  it('counts the lines of a product together', () =>
    house.scenario
      .when(() =>
        reserve([
          { sku: 'pen', quantity: 6 },
          { sku: 'pen', quantity: 5 },
        ]),
      )
      .thenRejected('stock.insufficient'));

  it.each(['cup', '', '..', 'a\0b', 'x'.repeat(101)])('is refused for the unknown product %j', (sku) =>
    house.scenario.when(() => reserve([...lines, { sku, quantity: 1 }])).thenRejected('product.unknown'),
  );

  it.each([[[]], [[{ sku: 'pen', quantity: 0 }]], [[{ sku: 'pen', quantity: -1 }]], [[{ sku: 'pen', quantity: 1001 }]]])(
    'is refused for the lines %j',
    (of) => house.scenario.when(() => reserve(of)).thenRejected('reservation.invalid'),
  );

  it('is answered again as it was the first time', async () => {
    const outcome = held().when(() => reserve([{ sku: 'mug', quantity: 1 }]));
    await outcome.thenNothing();
    await outcome.thenReturned(answer);
  });

  it('is decided once, however many ask at the same time', async () => {
    const outcome = house.scenario.when(() => Promise.all(Array.from({ length: 8 }, () => reserve())));
    await outcome.then(
      new StockReserved('pen', ORDER, 4, 150),
      new StockReserved('mug', ORDER, 2, 500),
      new ReservationMade(ORDER, priced, 1600),
    );
    await outcome.thenReturned(Array.from({ length: 8 }, () => answer));
  });

  it('is released once', async () => {
    await held()
      .when(release)
      .then(new ReservationReleased(ORDER), new StockReleased('pen', ORDER, 4), new StockReleased('mug', ORDER, 2));
    await house.scenario.when(release).thenNothing();
    await house.scenario.when(() => reserve()).thenRejected('reservation.released');
    await house.scenario.when(sell).thenRejected('reservation.released');
  });

  it('is not reserved any more once it was released', async () => {
    await house.scenario.when(release).then(new ReservationReleased(ORDER));
    await house.scenario.when(release).thenNothing();
    await house.scenario.when(() => reserve()).thenRejected('reservation.released');
  });

  it('is sold once, and not released after', async () => {
    await held()
      .when(sell)
      .then(new ReservationSold(ORDER), new StockSold('pen', ORDER, 4), new StockSold('mug', ORDER, 2));
    await house.scenario.when(sell).thenNothing();
    await house.scenario.when(release).thenRejected('reservation.sold');
    await house.scenario.when(() => reserve()).thenReturned(answer);
  });

  it('is not sold unless it was reserved', () => house.scenario.when(sell).thenRejected('reservation.unknown'));

  it('ends either way when release and reserve meet', async () => {
    const ended = await Promise.allSettled([reserve(), release(), reserve(), sell()]);
    expect(ended.map(({ status }) => status)).toContain('fulfilled');
    expect(house.turns.busy).toBe(0);
  });
});
