import { AuthModule } from '@minos/auth/module';
import { DiscoveryModule } from '@minos/discovery/module';
import { BodyValidationPipe, MinosModule } from '@minos/nest';
import { DocumentsModule } from '@minos/nest/documents';
import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { GetProducts } from '@shop/contracts';
import { Checkout } from './checkout/checkout.saga.js';
import { Checkouts } from './checkout/checkouts.js';
import { CancelOrderHandler } from './commands/cancel-order.handler.js';
import { ConfirmOrderHandler } from './commands/confirm-order.handler.js';
import { PlaceOrderHandler } from './commands/place-order.handler.js';
import { PriceOrderHandler } from './commands/price-order.handler.js';
import { RejectOrderHandler } from './commands/reject-order.handler.js';
import { OrderDetails } from './details/order-details.js';
import { Order } from './domain/order.aggregate.js';
import { OrderHistory } from './history/order-history.projection.js';
import { ProductTitles } from './history/product-titles.projection.js';
import { OrdersController } from './http/orders.controller.js';
import { WaitForEnd } from './http/wait-for-end.interceptor.js';
import { GetOrderEventsHandler } from './queries/get-order-events.handler.js';
import { GetOrderHandler } from './queries/get-order.handler.js';
import { ListOrdersHandler } from './queries/list-orders.handler.js';

// #region module
@Module({
  imports: [
    MinosModule.forRoot({
      service: 'order',
      database: { name: 'order' },
      http: { statuses: { 'order.unknown': 404 } },
      links: { OpenAPI: '/docs/openapi', AsyncAPI: '/docs/asyncapi', checkout: '/minos/sagas/checkout' },
    }),
    AuthModule.forRoot({ messages: true }),
    DiscoveryModule.forRoot(),
    DocumentsModule.forRoot({ title: 'Order service', description: 'Orders of the shop.' }),
    MinosModule.forFeature({ aggregates: [Order], messages: [GetProducts], sagas: [Checkout] }),
  ],
  controllers: [OrdersController],
  providers: [
    PlaceOrderHandler,
    CancelOrderHandler,
    PriceOrderHandler,
    ConfirmOrderHandler,
    RejectOrderHandler,
    GetOrderHandler,
    GetOrderEventsHandler,
    ListOrdersHandler,
    OrderDetails,
    OrderHistory,
    ProductTitles,
    Checkouts,
    // Around the interceptor of MinosModule that keeps answers: what is kept is that the order was placed, and the wait comes behind the commit.
    { provide: APP_INTERCEPTOR, useClass: WaitForEnd },
    { provide: APP_PIPE, useClass: BodyValidationPipe },
  ],
})
export class OrderModule {}
// #endregion
