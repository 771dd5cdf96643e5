import { MemoryLog } from '@minos/messaging';
import {
  type CrashScenario,
  handles,
  type HandlerGround,
  MemoryService,
  type MemoryServiceParts,
  type ScenarioGround,
  startMemoryService,
} from '@minos/saga/testing';
import { CaptureMoney, HoldMoney, ProductCreated, ReleaseMoney, ReleaseStock, ReserveStock, SellStock } from '@shop/contracts';
import { Checkout } from '../../apps/order/src/checkout/checkout.saga.js';
import { ConfirmOrder } from '../../apps/order/src/commands/confirm-order.command.js';
import { ConfirmOrderHandler } from '../../apps/order/src/commands/confirm-order.handler.js';
import { PriceOrder } from '../../apps/order/src/commands/price-order.command.js';
import { PriceOrderHandler } from '../../apps/order/src/commands/price-order.handler.js';
import { RejectOrder } from '../../apps/order/src/commands/reject-order.command.js';
import { RejectOrderHandler } from '../../apps/order/src/commands/reject-order.handler.js';
import { Order } from '../../apps/order/src/domain/order.aggregate.js';
import { OrderPlaced } from '../../apps/order/src/domain/order.events.js';
import { CaptureMoneyHandler } from '../../apps/payment/src/commands/capture-money.handler.js';
import { HoldMoneyHandler } from '../../apps/payment/src/commands/hold-money.handler.js';
import { PaymentLedger } from '../../apps/payment/src/commands/payment-ledger.js';
import { ReleaseMoneyHandler } from '../../apps/payment/src/commands/release-money.handler.js';
import { Account } from '../../apps/payment/src/domain/account.aggregate.js';
import { AccountOpened, MoneyDeposited } from '../../apps/payment/src/domain/account.events.js';
import { Payment } from '../../apps/payment/src/domain/payment.aggregate.js';
import { ReleaseStockHandler } from '../../apps/product/src/commands/release-stock.handler.js';
import { ReserveStockHandler } from '../../apps/product/src/commands/reserve-stock.handler.js';
import { SellStockHandler } from '../../apps/product/src/commands/sell-stock.handler.js';
import { StockTurns } from '../../apps/product/src/commands/stock-turns.js';
import { Product } from '../../apps/product/src/domain/product.aggregate.js';
import { Reservation } from '../../apps/product/src/domain/reservation.aggregate.js';

/* The checkout with its own saga, aggregates and handlers, over three services in memory whose processes may die anywhere. */

export interface CheckoutRun {
  readonly name: string;
  /** Pieces that are ordered; 10 are there, at 1,250 each. */
  readonly pieces: number;
  /** In the account, in cents. */
  readonly money: number;
  /** Who is not there in the beginning; longer than its step waits. @default nobody */
  readonly away?: 'product' | 'payment';
  /** How it is to end, whoever dies. */
  readonly ends: Readonly<Record<string, unknown>>;
}

const KEPT = { onHand: 10, reserved: 0, sold: 0, balance: 10_000, held: 0, captured: 0 };
const UNDONE = { saga: 'compensated', status: 'rejected' };

export const CHECKOUT_RUNS = [
  {
    ...{ name: 'completed', pieces: 3, money: 10_000 },
    ends: { saga: 'completed', status: 'confirmed', onHand: 7, reserved: 0, sold: 3, balance: 6_250, held: 0, captured: 3_750 },
  },
  { ...{ name: 'refused for want of stock', pieces: 11, money: 10_000 }, ends: { ...KEPT, ...UNDONE, reason: 'stock.insufficient' } },
  {
    ...{ name: 'declined for want of money', pieces: 3, money: 100 },
    ends: { ...KEPT, ...UNDONE, balance: 100, reason: 'payment.declined' },
  },
  {
    ...{ name: 'not answered by the stock in time', pieces: 3, money: 10_000, away: 'product' },
    ends: { ...KEPT, ...UNDONE, reason: 'stock.unavailable' },
  },
  {
    ...{ name: 'not answered by the payment in time', pieces: 3, money: 10_000, away: 'payment' },
    ends: { ...KEPT, ...UNDONE, reason: 'payment.unavailable' },
  },
] as const satisfies readonly CheckoutRun[];

type Name = 'order' | 'product' | 'payment';
type World = Readonly<Record<Name, MemoryService>> & { readonly began: number };

const [ORDER, ACCOUNT, SKU] = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b', 'mug'];
/** The steps wait for 30 s. */
const AWAY_MS = 35_000;

export function checkoutScenario({ name, pieces, money, away }: CheckoutRun): CrashScenario<World> {
  const startOf = (service: Name, parts: MemoryServiceParts): CrashScenario<World>['processes'][string] => {
    return async (mortal, world) => {
      const start = async (): Promise<void> => startMemoryService(mortal, world[service], parts);
      const left = service === away ? world.began + AWAY_MS - mortal.clock.now() : 0;
      if (left > 0) void mortal.clock.sleep(left).then(start);
      else await start();
    };
  };
  return {
    name,
    storage: openWorld,
    processes: {
      order: startOf('order', { sagas: [Checkout], commands: orderCommands }),
      product: startOf('product', { commands: productCommands }),
      payment: startOf('payment', { commands: paymentCommands }),
    },
    begin: async ({ order, product, payment }) => {
      const placed = new OrderPlaced(ORDER, ACCOUNT, [{ sku: SKU, quantity: pieces }]);
      await product.given(Product, SKU, new ProductCreated(SKU, 'Mug', 1_250, 10));
      await payment.given(Account, ACCOUNT, new AccountOpened(ACCOUNT, null), new MoneyDeposited(ACCOUNT, money));
      await order.given(Order, ORDER, placed);
      await order.tell(placed, ORDER);
    },
    isOver,
    endState,
    effects: async ({ order, product, payment }) => [...(await order.stored()), ...(await product.stored()), ...(await payment.stored())],
  };
}

function openWorld(ground: ScenarioGround): World {
  const log = new MemoryLog(ground.clock);
  const service = (name: Name): MemoryService => new MemoryService({ name, log, ...ground });
  return { order: service('order'), product: service('product'), payment: service('payment'), began: ground.clock.now() };
}

/** Also what compensations ask for has been done. */
async function isOver({ order, product, payment }: World): Promise<boolean> {
  const [saga] = await order.sagas.list({}, { limit: 1 });
  if (saga?.endedAt === undefined) return false;
  const unsent = await Promise.all([order, product, payment].map(async ({ outbox }) => (await outbox.progress()).unsent));
  return unsent.every((count) => count === 0);
}

async function endState({ order, product, payment }: World): Promise<Readonly<Record<string, unknown>>> {
  const [saga] = await order.sagas.list({}, { limit: 2 });
  const { status, reason } = (await order.repository(Order).load(ORDER)).state();
  const { onHand, reserved, sold } = (await product.repository(Product).load(SKU)).state();
  const { balance, held, captured } = (await payment.repository(Account).load(ACCOUNT)).state();
  return { saga: saga?.instance.phase, status, reason, onHand, reserved, sold, balance, held, captured };
}

function orderCommands({ repository }: HandlerGround) {
  const orders = repository(Order);
  return [
    handles(PriceOrder, new PriceOrderHandler(orders)),
    handles(ConfirmOrder, new ConfirmOrderHandler(orders)),
    handles(RejectOrder, new RejectOrderHandler(orders)),
  ];
}

function productCommands({ repository, unitOfWork, clock }: HandlerGround) {
  const parts = [repository(Reservation), repository(Product), unitOfWork, new StockTurns(clock)] as const;
  return [
    handles(ReserveStock, new ReserveStockHandler(...parts)),
    handles(ReleaseStock, new ReleaseStockHandler(...parts)),
    handles(SellStock, new SellStockHandler(...parts)),
  ];
}

function paymentCommands({ repository, unitOfWork }: HandlerGround) {
  const ledger = new PaymentLedger(repository(Payment), repository(Account), unitOfWork);
  return [
    handles(HoldMoney, new HoldMoneyHandler(ledger)),
    handles(ReleaseMoney, new ReleaseMoneyHandler(ledger)),
    handles(CaptureMoney, new CaptureMoneyHandler(ledger)),
  ];
}
