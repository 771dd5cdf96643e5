import type { Rejection } from '@minos/common';
import { Saga, saga, SagaDefinition } from '@minos/saga';
import { CaptureMoney, HoldMoney, ReleaseMoney, ReleaseStock, ReserveStock, SellStock } from '@shop/contracts';
import { ConfirmOrder } from '../commands/confirm-order.command.js';
import { PriceOrder } from '../commands/price-order.command.js';
import { RejectOrder } from '../commands/reject-order.command.js';
import { OrderPlaced } from '../domain/order.events.js';
import type { CheckoutState } from './checkout-state.js';

/** The name of the saga; its business key is the id of the order. */
export const CHECKOUT = 'checkout';

const keepReason = (state: Readonly<CheckoutState>, { code }: Rejection): CheckoutState => ({ ...state, reason: code });

/** Without it an order would cost nothing; the saga waits for an operator then. */
function demandTotal(total: unknown): number {
  if (typeof total === 'number' && Number.isSafeInteger(total) && total >= 0) return total;
  throw new RangeError(`The total of the reservation is ${JSON.stringify(total)}; it is a whole number of cents from 0.`);
}

/** Payment answers with what is held for the order, whoever had it held: an order is not confirmed for anything else. */
function demandHeld(state: Readonly<CheckoutState>, held: unknown): CheckoutState {
  if (held === state.total) return state;
  throw new RangeError(`${JSON.stringify(held)} is held for the order ${state.orderId}, and ${state.total} are to be paid.`);
}

/**
 * Reserves the pieces, holds the money, confirms the order, then sells the pieces and takes the money. The order decides: its price is not fixed, and it is not confirmed, once
 * it was cancelled, and then all is given back. Whatever an order has of others is under its id, so giving it back needs no reply, and keeps a late step from happening.
 */
// #region saga
@Saga(CHECKOUT, { version: 1 })
export class Checkout extends SagaDefinition<CheckoutState> {
  readonly plan = saga<CheckoutState>()
    .startedBy(OrderPlaced, ({ checkout, ...order }) => checkout && begun(order), { key: ({ orderId }) => orderId })
    .onCompensated((state) => new RejectOrder(state.orderId, reasonOf(state)))
    .step('reserve-stock')
    .invoke(({ orderId, lines }) => new ReserveStock(orderId, lines))
    .onReply((state, { total }) => ({ ...state, total: demandTotal(total) }))
    .onRejection('stock.insufficient', keepReason)
    .onRejection('product.unknown', keepReason)
    .onRejection('reservation.invalid', keepReason)
    .onRejection('reservation.released', keepReason)
    .compensate(({ orderId }) => new ReleaseStock(orderId))
    .timeout('30s', 'compensate')
    .step('fix-price')
    .local(({ orderId, total }) => new PriceOrder(orderId, total ?? 0))
    .onRejection('order.too-late', keepReason)
    .noCompensation()
    .step('hold-money')
    .invoke(({ orderId, accountId, total }) => new HoldMoney(orderId, accountId, total ?? 0))
    .onReply((state, { held }) => demandHeld(state, held))
    .onRejection('payment.declined', keepReason)
    .compensate(({ orderId, accountId }) => new ReleaseMoney(orderId, accountId))
    .timeout('30s', 'compensate')
    .step('confirm')
    .local(({ orderId }) => new ConfirmOrder(orderId))
    .onRejection('order.too-late', keepReason)
    .pivot()
    .step('sell-stock')
    .invoke(({ orderId }) => new SellStock(orderId))
    .retry({ every: '1s', longest: '30s', forever: true })
    .step('capture-money')
    .invoke(({ orderId, accountId }) => new CaptureMoney(orderId, accountId))
    .retry({ every: '1s', longest: '30s', forever: true })
    .build();
}
// #endregion

function begun({ orderId, accountId, lines }: Omit<OrderPlaced, 'checkout'>): CheckoutState {
  return { orderId, accountId, lines, total: null };
}

/** Who gave no reason gave no answer that was understood: the stock until the price is fixed, the payment then. */
function reasonOf({ reason, total }: CheckoutState): string {
  return reason ?? (total === null ? 'stock.unavailable' : 'payment.unavailable');
}
