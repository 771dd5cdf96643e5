import { Rejection } from '@minos/common';
import { type MinosContext, MinosClientProxy, MinosMicroservicesModule, MinosServer } from '@minos/messaging/microservices';
import { MinosModule } from '@minos/nest';
import { Controller, Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type ClientProxy, ClientsModule, Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';

interface Reservation {
  readonly orderId: string;
  readonly quantity: number;
}

// #region controller
@Controller()
export class StockController {
  readonly reserved = new Map<string, number>();

  @MessagePattern('stock.reserve')
  reserve(@Payload() { orderId, quantity }: Reservation, @Ctx() { unit }: MinosContext): { reserved: number } {
    if (quantity > 5) throw new Rejection('stock.insufficient', `${quantity} are not there`);
    unit.onCommitted(() => void this.reserved.set(orderId, quantity));
    return { reserved: quantity };
  }

  @EventPattern<string>('order.placed', { from: 'order' })
  placed(@Payload() order: Reservation): void {
    this.reserved.set(order.orderId, order.quantity);
  }
}
// #endregion

// #region module
@Module({
  imports: [
    MinosModule.forRoot({ service: 'product' }),
    MinosMicroservicesModule.forRoot({}),
    ClientsModule.register([{ name: 'MAIL', customClass: MinosClientProxy, options: { owner: 'mail' } }]),
  ],
  controllers: [StockController],
})
export class ProductModule {}

export async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(ProductModule);
  app.connectMicroservice({ strategy: app.get(MinosServer) });
  await app.startAllMicroservices();
  await app.listen(3000);
}
// #endregion

// #region client
@Injectable()
export class Letters {
  constructor(@Inject('MAIL') private readonly client: ClientProxy) {}

  /** Waits for what the mail service says. */
  ask(orderId: string): Promise<unknown> {
    return firstValueFrom(this.client.send({ cmd: 'letter.send', key: orderId }, { orderId }));
  }

  /** Leaves with the open unit, or at once. */
  tell(orderId: string): void {
    this.client.emit({ event: 'order.noticed', key: orderId }, { orderId });
  }
}
// #endregion
