import { Command, Event, Query } from '@minos/common';
import {
  CommandBus as MinosCommandBus,
  CqrsModule,
  Projection,
  type ProjectionContext,
  QueryBus as MinosQueryBus,
  View,
  type ViewReader,
  Views,
  When,
} from '@minos/cqrs';
import { Aggregate, AggregateRoot, type AggregateRepository } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { MinosModule } from '@minos/nest';
import { Injectable } from '@nestjs/common';
import {
  CommandBus,
  CommandHandler,
  CqrsModule as NestCqrsModule,
  EventBus,
  EventsHandler,
  type ICommandHandler,
  type IEventHandler,
  type IQueryHandler,
  QueryBus,
  QueryHandler,
} from '@nestjs/cqrs';
import { gate, minos, plainNest } from './scene.js';

@Command('order.place', { owner: 'order' })
class PlaceOrder extends Command {}
@Query('order.is-listed', { owner: 'order' })
class IsListed extends Query<boolean> {}
@Event('order.placed')
class OrderPlaced {}

describe('a person who places an order and then asks for the list of orders, while the list is slow', () => {
  it('plain Nest: does not find it, and has nothing to wait for', async () => {
    const database = gate();
    @Injectable()
    class Orders {
      listed = false;
    }
    @CommandHandler(PlaceOrder)
    class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
      constructor(private readonly events: EventBus) {}
      async execute(): Promise<void> {
        await this.events.publish(new OrderPlaced());
      }
    }
    @EventsHandler(OrderPlaced)
    class OrderList implements IEventHandler<OrderPlaced> {
      constructor(private readonly orders: Orders) {}
      async handle(): Promise<void> {
        await database.opened;
        this.orders.listed = true;
      }
    }
    @QueryHandler(IsListed)
    class IsListedHandler implements IQueryHandler<IsListed> {
      constructor(private readonly orders: Orders) {}
      async execute(): Promise<boolean> {
        return this.orders.listed;
      }
    }
    const app = await plainNest({ imports: [NestCqrsModule], providers: [Orders, PlaceOrderHandler, OrderList, IsListedHandler] });
    await app.get(CommandBus).execute(new PlaceOrder());
    const listed = app.get(QueryBus).execute(new IsListed());
    database.open();
    expect(await listed).toBe(false);
  });

  it('Minos: finds it: the command gives a token, and the query waits until the list is as new as that', async () => {
    const database = gate();
    @Aggregate('order')
    class Order extends AggregateRoot {}

    @View<OrderRow>('orders', { key: 'stream' })
    class OrderRow {
      readonly stream!: string;
    }
    @Projection('order-list', { version: 1, views: [OrderRow] })
    class OrderList {
      @When(OrderPlaced)
      async placed(_event: OrderPlaced, { view, recorded }: ProjectionContext): Promise<void> {
        await database.opened;
        view(OrderRow).upsert({ stream: recorded.stream });
      }
    }
    @CommandHandler(PlaceOrder)
    class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
      constructor(@InjectAggregateRepository(Order) private readonly orders: AggregateRepository<Order>) {}
      execute(): Promise<void> {
        return this.orders.create('1', (order) => order.apply(new OrderPlaced()));
      }
    }
    @QueryHandler(IsListed)
    class IsListedHandler implements IQueryHandler<IsListed> {
      private readonly orders: ViewReader<OrderRow>;
      constructor(views: Views) {
        this.orders = views.of(OrderRow);
      }
      async execute(): Promise<boolean> {
        return (await this.orders.get('order-1')) !== undefined;
      }
    }
    const app = await minos('order', {
      imports: [CqrsModule, MinosModule.forFeature({ aggregates: [Order] })],
      providers: [PlaceOrderHandler, OrderList, IsListedHandler],
    });
    const [commands, queries] = [app.get<MinosCommandBus>(MinosCommandBus), app.get<MinosQueryBus>(MinosQueryBus)];
    const { token } = await commands.execute(new PlaceOrder(), { token: true });
    const listed = queries.execute(new IsListed(), { atLeast: token, within: '15s' });
    expect(await queries.execute(new IsListed())).toBe(false);
    database.open();
    expect(await listed).toBe(true);
  });
});
