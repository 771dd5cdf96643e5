import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import type { AggregateRepository } from '@minos/event-sourcing';
import { type Answer, AnswerHandler, type IAnswerHandler, Messages } from '@minos/messaging';
import { ReleaseStock, ReserveStock, SellStock } from '@shop/contracts';
import { Order } from '../domain/order.aggregate.js';

// #region answer
/**
 * Moves an order by what became of its reservation: confirms it at the prices that were fixed and sells the pieces, or rejects it with the reason. An order that was
 * decided meanwhile stays so: what is held for it is sold or given back, whichever it needs.
 */
@AnswerHandler(ReserveStock)
export class StockReservedHandler implements IAnswerHandler<ReserveStock> {
  constructor(
    @InjectAggregateRepository(Order) private readonly orders: AggregateRepository<Order>,
    private readonly messages: Messages,
  ) {}

  async handle(answer: Answer<ReserveStock>): Promise<void> {
    const orderId = answer.key;
    const status = await this.orders.update(orderId, (order) => {
      if (order.state().status === 'placed') {
        if ('rejection' in answer) order.reject(answer.rejection.code);
        else order.confirm(answer.result.total);
      }
      return order.state().status;
    });
    if ('rejection' in answer) return;
    await this.messages.send(status === 'confirmed' ? new SellStock(orderId) : new ReleaseStock(orderId));
  }
}
// #endregion
