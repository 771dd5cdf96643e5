import { compose, Compose, Composition } from '@minos/cqrs';
import { GetProducts } from '@shop/contracts';
import { GetOrder } from '../queries/get-order.query.js';
import { GetOrderDetails } from './get-order-details.query.js';

/** The order must be there; the products are asked for behind it, and may be missing. */
// #region composition
@Compose('order.details')
export class OrderDetails extends Composition {
  static readonly parts = compose(GetOrderDetails, { within: '5s' })
    .part('order', { ask: ({ orderId }) => new GetOrder(orderId), otherwise: 'fail' })
    .part('products', {
      after: ['order'],
      ask: (_details, { order }) => new GetProducts([...new Set(order.lines.map(({ sku }) => sku))]),
      within: '800ms',
      otherwise: 'omit',
    })
    .build();
}
// #endregion
