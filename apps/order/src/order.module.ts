import { BodyValidationPipe, MinosModule } from '@minos/nest';
import { Module } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { CancelOrderHandler } from './commands/cancel-order.handler.js';
import { ConfirmOrderHandler } from './commands/confirm-order.handler.js';
import { PlaceOrderHandler } from './commands/place-order.handler.js';
import { RejectOrderHandler } from './commands/reject-order.handler.js';
import { Order } from './domain/order.aggregate.js';
import { OrdersController } from './http/orders.controller.js';
import { GetOrderEventsHandler } from './queries/get-order-events.handler.js';
import { GetOrderHandler } from './queries/get-order.handler.js';

// #region module
@Module({
  imports: [
    CqrsModule.forRoot(),
    MinosModule.forRoot({ service: 'order', database: { name: 'order' }, links: { 'API page': '/docs' } }),
    MinosModule.forFeature({ aggregates: [Order] }),
  ],
  controllers: [OrdersController],
  providers: [
    PlaceOrderHandler,
    CancelOrderHandler,
    ConfirmOrderHandler,
    RejectOrderHandler,
    GetOrderHandler,
    GetOrderEventsHandler,
    { provide: APP_PIPE, useClass: BodyValidationPipe },
  ],
})
export class OrderModule {}
// #endregion
