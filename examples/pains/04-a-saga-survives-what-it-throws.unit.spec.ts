import { CqrsModule } from '@minos/cqrs';
import type { Type } from '@nestjs/common';
import {
  CommandHandler,
  CqrsModule as NestCqrsModule,
  EventBus,
  type ICommandHandler,
  ofType,
  Saga,
  UnhandledExceptionBus,
} from '@nestjs/cqrs';
import { map, type Observable } from 'rxjs';
import { plainNest } from './scene.js';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}
class ShipOrder {
  constructor(readonly orderId: string) {}
}

describe('a saga that throws for the second of three orders', () => {
  const shippedWith = async (cqrs: Type) => {
    const shipped: string[] = [];
    const errors: string[] = [];

    class Shipping {
      @Saga()
      placed = (events: Observable<object>): Observable<ShipOrder> =>
        events.pipe(
          ofType(OrderPlaced),
          map(({ orderId }) => {
            if (orderId === '2') throw new Error('no such address');
            return new ShipOrder(orderId);
          }),
        );
    }
    @CommandHandler(ShipOrder)
    class ShipOrderHandler implements ICommandHandler<ShipOrder> {
      async execute({ orderId }: ShipOrder): Promise<void> {
        shipped.push(orderId);
      }
    }

    const app = await plainNest({ imports: [cqrs], providers: [Shipping, ShipOrderHandler] });
    app.get(UnhandledExceptionBus).subscribe(({ exception }) => errors.push((exception as Error).message));
    for (const orderId of ['1', '2', '3']) app.get(EventBus).publish(new OrderPlaced(orderId));
    await app.close();
    return { shipped, errors };
  };

  it('plain Nest: is dead from then on, and the third order is never shipped', async () => {
    expect(await shippedWith(NestCqrsModule)).toEqual({ shipped: ['1'], errors: ['no such address'] });
  });

  it('Minos: goes on with the third order, and the error is told', async () => {
    expect(await shippedWith(CqrsModule)).toEqual({ shipped: ['1', '3'], errors: ['no such address'] });
  });
});
