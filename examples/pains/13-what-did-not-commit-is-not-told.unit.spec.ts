import { Command } from '@minos/common';
import { CqrsModule } from '@minos/cqrs';
import {
  CommandBus,
  CommandHandler,
  CqrsModule as NestCqrsModule,
  EventBus,
  EventsHandler,
  type ICommandHandler,
  type IEventHandler,
} from '@nestjs/cqrs';
import { minos, plainNest } from './scene.js';

@Command('order.place', { owner: 'order' })
class PlaceOrder {
  constructor(readonly orderId: string) {}
}
class OrderPlaced {
  constructor(readonly orderId: string) {}
}

describe('a command whose handler publishes, and fails after that', () => {
  const scenario = () => {
    const mailed: string[] = [];
    @CommandHandler(PlaceOrder)
    class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
      constructor(private readonly events: EventBus) {}
      async execute({ orderId }: PlaceOrder): Promise<void> {
        this.events.publish(new OrderPlaced(orderId));
        // The last statement of the transaction.
        await Promise.resolve();
        if (orderId === 'refused') throw new Error('the credit limit is exceeded');
      }
    }
    @EventsHandler(OrderPlaced)
    class Mailer implements IEventHandler<OrderPlaced> {
      handle({ orderId }: OrderPlaced): void {
        mailed.push(orderId);
      }
    }
    return { mailed, providers: [PlaceOrderHandler, Mailer] };
  };
  const place = async (commands: CommandBus): Promise<void> => {
    await expect(commands.execute(new PlaceOrder('refused'))).rejects.toThrow('the credit limit is exceeded');
    await commands.execute(new PlaceOrder('good'));
  };

  it('plain Nest: mails about an order that does not exist', async () => {
    const { mailed, providers } = scenario();
    const app = await plainNest({ imports: [NestCqrsModule], providers });
    await place(app.get(CommandBus));
    expect(mailed).toEqual(['refused', 'good']);
  });

  it('Minos: tells what was published once its unit has committed', async () => {
    const { mailed, providers } = scenario();
    const app = await minos('order', { imports: [CqrsModule], providers });
    await place(app.get(CommandBus));
    expect(mailed).toEqual(['good']);
  });
});
