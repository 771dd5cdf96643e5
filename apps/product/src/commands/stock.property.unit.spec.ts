import { isRejection } from '@minos/common';
import { ReleaseStock, ReserveStock, SellStock, type StockLine } from '@shop/contracts';
import fc from 'fast-check';
import { createWarehouse, type Warehouse } from '../../test/warehouse.js';
import { Product, type ProductState } from '../domain/product.aggregate.js';
import { AdjustStock } from './adjust-stock.command.js';
import { CreateProduct } from './create-product.command.js';

const SKUS = ['a', 'b', 'c'] as const;
const START = 20;

const orderId = fc.integer({ min: 1, max: 6 }).map((number) => `o-${number}`);
const lines = fc.array(fc.record({ sku: fc.constantFrom(...SKUS), quantity: fc.integer({ min: 1, max: 9 }) }), {
  minLength: 1,
  maxLength: 4,
});
const command = fc.oneof(
  fc.tuple(orderId, lines).map(([order, of]) => new ReserveStock(order, of)),
  orderId.map((order) => new ReleaseStock(order)),
  orderId.map((order) => new SellStock(order)),
  fc.tuple(fc.constantFrom(...SKUS), fc.integer({ min: -9, max: 9 })).map(([sku, delta]) => new AdjustStock(sku, delta)),
);
type StockCommand = ReserveStock | ReleaseStock | SellStock | AdjustStock;

/** What the orders and the shelves must come to, written down independently of the aggregates. */
class Ledger {
  readonly orders = new Map<string, { status: 'held' | 'released' | 'sold'; lines: readonly StockLine[] }>();
  readonly deltas = new Map<string, number>();

  note(done: StockCommand): void {
    if (done instanceof AdjustStock) this.deltas.set(done.sku, (this.deltas.get(done.sku) ?? 0) + done.delta);
    else if (done instanceof ReserveStock) {
      if (!this.orders.has(done.orderId)) this.orders.set(done.orderId, { status: 'held', lines: done.lines });
    } else {
      const of = this.orders.get(done.orderId)?.lines ?? [];
      this.orders.set(done.orderId, { status: done instanceof SellStock ? 'sold' : 'released', lines: of });
    }
  }

  sum(sku: string, status: 'held' | 'sold'): number {
    const counted = [...this.orders.values()].filter((order) => order.status === status).flatMap((order) => order.lines);
    return counted.filter((line) => line.sku === sku).reduce((sum, { quantity }) => sum + quantity, 0);
  }
}

async function run(house: Warehouse, asked: StockCommand): Promise<'done' | 'refused'> {
  try {
    if (asked instanceof ReserveStock) await house.reserving.execute(asked);
    else if (asked instanceof ReleaseStock) await house.releasing.execute(asked);
    else if (asked instanceof SellStock) await house.selling.execute(asked);
    else await house.adjusting.execute(asked);
    return 'done';
  } catch (error) {
    if (isRejection(error)) return 'refused';
    throw error;
  }
}

async function opened(): Promise<Warehouse> {
  const house = createWarehouse();
  for (const sku of SKUS) await house.creating.execute(new CreateProduct(sku, sku, 100, START));
  return house;
}

async function stateOf(house: Warehouse, sku: string): Promise<ProductState> {
  return (await house.scenario.repository(Product).load(sku)).state();
}

function expectInvariant({ onHand, reserved, sold, available }: ProductState): void {
  expect(reserved).toBeGreaterThanOrEqual(0);
  expect(reserved).toBeLessThanOrEqual(onHand);
  expect(available).toBe(onHand - reserved);
  expect(sold).toBeGreaterThanOrEqual(0);
}

describe('the stock, whatever is asked of it', () => {
  it('is never less than what is reserved, and is what the accepted commands come to', () =>
    fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 60, size: 'max' }), async (commands) => {
        const house = await opened();
        const ledger = new Ledger();
        for (const one of commands) {
          if ((await run(house, one)) === 'done') ledger.note(one);
          for (const sku of SKUS) expectInvariant(await stateOf(house, sku));
        }
        for (const sku of SKUS) {
          const state = await stateOf(house, sku);
          expect(state.reserved).toBe(ledger.sum(sku, 'held'));
          expect(state.sold).toBe(ledger.sum(sku, 'sold'));
          expect(state.onHand + state.sold).toBe(START + (ledger.deltas.get(sku) ?? 0));
        }
      }),
      { numRuns: 25 },
    ));

  it('holds also when everything is asked at once', () =>
    fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 2, maxLength: 40, size: 'max' }), async (commands) => {
        const house = await opened();
        const outcomes = await Promise.all(commands.map((one) => run(house, one)));
        const accepted = commands.filter((one, index) => one instanceof AdjustStock && outcomes[index] === 'done') as AdjustStock[];
        for (const sku of SKUS) {
          const state = await stateOf(house, sku);
          expectInvariant(state);
          const deltas = accepted.filter((one) => one.sku === sku).reduce((sum, { delta }) => sum + delta, 0);
          expect(state.onHand + state.sold).toBe(START + deltas);
        }
        expect(house.turns.busy).toBe(0);
      }),
      { numRuns: 25 },
    ));
});
