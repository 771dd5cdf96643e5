import { Command, Event } from '@minos/common';
import { until } from '@minos/common/testing';
import { CqrsModule, ofType, Saga } from '@minos/cqrs';
import { Consumer, ParkedKeys } from '@minos/messaging';
import { MinosModule } from '@minos/nest';
import { saga, Saga as PlannedSaga, SagaDefinition, type SagaStore, type SagaSummary } from '@minos/saga';
import { SAGA_STORE } from '@minos/saga/module';
import type { Type } from '@nestjs/common';
import { CommandHandler, CqrsModule as NestCqrsModule, EventBus, type ICommandHandler, UnhandledExceptionBus } from '@nestjs/cqrs';
import { map, type Observable } from 'rxjs';
import { emitMinos, minos, plainNest } from './scene.js';

class OrderPlaced {
  constructor(readonly orderId: string) {}
}
class ShipOrder {
  constructor(readonly orderId: string) {}
}

@Event('order.placed')
class DurablyPlaced extends OrderPlaced {}
@Command('order.ship', { owner: 'order', key: 'orderId' })
class ShipDurably extends ShipOrder {}
@Command('order.dispatch', { owner: 'order', key: 'orderId' })
class DispatchOrder extends Command {
  constructor(readonly orderId: string) {
    super();
  }
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

  it('Minos: with a durable name it is tried again, and what it cannot do is parked with its cause', async () => {
    const shipped: string[] = [];
    const tries: string[] = [];

    @Consumer('order.shipping')
    class Shipping {
      @Saga()
      placed = (events: Observable<object>): Observable<ShipDurably> =>
        events.pipe(
          ofType(DurablyPlaced),
          map(({ orderId }) => {
            tries.push(orderId);
            if (orderId === 'never') throw new Error('no such address');
            if (tries.filter((tried) => tried === orderId).length === 1) throw new Error('the service of addresses is away');
            return new ShipDurably(orderId);
          }),
        );
    }
    @CommandHandler(ShipDurably)
    class ShipDurablyHandler implements ICommandHandler<ShipDurably> {
      async execute({ orderId }: ShipDurably): Promise<void> {
        shipped.push(orderId);
      }
    }
    const app = await minos('order', { providers: [Shipping, ShipDurablyHandler] });
    for (const orderId of ['1', 'never', '3']) await emitMinos(app, 'order.placed', [{ key: orderId, value: { orderId } }]);
    await until(() => shipped.length === 2, 'the shipments');
    await app.settled();
    expect(shipped.sort()).toEqual(['1', '3']);
    expect(await app.get(ParkedKeys).list()).toMatchObject([{ key: 'never', cause: { message: 'no such address' } }]);
  });

  it('Minos: with a plan it is stored, what fails waits for an operator who sees why, and the others go on', async () => {
    interface ShippingState {
      readonly orderId: string;
    }
    const shipped: string[] = [];

    @PlannedSaga('shipping', { version: 1 })
    class Shipping extends SagaDefinition<ShippingState> {
      readonly plan = saga<ShippingState>()
        .startedBy(DurablyPlaced, ({ orderId }) => ({ orderId }))
        .step('ship')
        .local(({ orderId }) => new DispatchOrder(orderId))
        .retry({ every: '10ms', times: 2 })
        .pivot()
        .build();
    }
    @CommandHandler(DispatchOrder)
    class DispatchOrderHandler implements ICommandHandler<DispatchOrder> {
      async execute({ orderId }: DispatchOrder): Promise<void> {
        if (orderId === '2') throw new Error('no such address');
        shipped.push(orderId);
      }
    }
    const app = await minos('order', {
      imports: [MinosModule.forFeature({ messages: [DurablyPlaced], sagas: [Shipping] })],
      providers: [DispatchOrderHandler],
    });
    for (const orderId of ['1', '2', '3']) await emitMinos(app, 'order.placed', [{ key: orderId, value: { orderId } }]);
    const store = app.get<SagaStore>(SAGA_STORE);
    const parked = (): Promise<readonly SagaSummary[]> => store.list({ status: 'parked' }, { limit: 10 });
    await until(async () => shipped.length === 2 && (await parked()).length === 1, 'the shipments');
    expect(shipped.sort()).toEqual(['1', '3']);
    expect(await parked()).toMatchObject([
      { instance: { state: { orderId: '2' }, parked: { step: 'ship', reason: 'tried 2 times, at last: no such address' } } },
    ]);
  });
});
