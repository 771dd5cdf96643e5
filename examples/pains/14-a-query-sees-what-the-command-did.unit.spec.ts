import { Command, CONSISTENCY_HEADER, consistencyToken, Event } from '@minos/common';
import { conditions, CqrsModule, Projection, type ProjectionContext, Projections, View, type ViewReader, Views, When } from '@minos/cqrs';
import { Aggregate, AggregateRoot, type AggregateRepository } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { MinosModule } from '@minos/nest';
import { Controller, Get, Headers, Injectable, Post, Res } from '@nestjs/common';
import {
  CommandBus,
  CommandHandler,
  CqrsModule as NestCqrsModule,
  EventBus,
  EventsHandler,
  type ICommandHandler,
  type IEventHandler,
} from '@nestjs/cqrs';
import { gate, minos, plainNest } from './scene.js';

@Command('order.place', { owner: 'order' })
class PlaceOrder {}
@Event('order.placed')
class OrderPlaced {}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a person who places an order and then asks for the list of orders', () => {
  it('plain Nest: does not find it, because nobody can wait for the handler of the event', async () => {
    @Injectable()
    class Orders {
      count = 0;
    }
    @CommandHandler(PlaceOrder)
    class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
      constructor(private readonly events: EventBus) {}
      async execute(): Promise<void> {
        this.events.publish(new OrderPlaced());
      }
    }
    @EventsHandler(OrderPlaced)
    class OrderList implements IEventHandler<OrderPlaced> {
      constructor(private readonly orders: Orders) {}
      async handle(): Promise<void> {
        await turn(); // the database that keeps the list
        this.orders.count += 1;
      }
    }
    const app = await plainNest({ imports: [NestCqrsModule], providers: [Orders, PlaceOrderHandler, OrderList] });
    await app.get(CommandBus).execute(new PlaceOrder());
    expect(app.get(Orders).count).toBe(0);
  });

  it('Minos: finds it, because the query waits for what the answer to the command named', async () => {
    const database = gate();
    @Aggregate('order')
    class Order extends AggregateRoot {}

    @View<OrderRow>('orders', { key: 'orderId' })
    class OrderRow {
      readonly orderId!: string;
    }
    @Projection('order-list', { version: 1, views: [OrderRow] })
    class OrderList {
      @When(OrderPlaced)
      async placed(_event: OrderPlaced, { view, recorded }: ProjectionContext): Promise<void> {
        await database.opened;
        view(OrderRow).upsert({ orderId: recorded.stream });
      }
    }
    @CommandHandler(PlaceOrder)
    class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
      constructor(@InjectAggregateRepository(Order) private readonly orders: AggregateRepository<Order>) {}
      execute(): Promise<void> {
        return this.orders.create('1', (order) => order.apply(new OrderPlaced()));
      }
    }
    @Controller('orders')
    class OrdersController {
      private readonly orders: ViewReader<OrderRow>;
      constructor(
        views: Views,
        private readonly projections: Projections,
        private readonly commands: CommandBus,
      ) {
        this.orders = views.of(OrderRow);
      }
      @Post()
      async place(@Res({ passthrough: true }) response: { setHeader(name: string, value: string): void }): Promise<void> {
        await this.commands.execute(new PlaceOrder());
        response.setHeader(CONSISTENCY_HEADER, consistencyToken({ service: 'order', stream: 'order-1', version: 1 }));
      }
      @Get()
      async list(@Headers(CONSISTENCY_HEADER) token?: string): Promise<{ orders: number }> {
        await this.projections.atLeast('order-list', token);
        return { orders: await this.orders.count(conditions<OrderRow>().eq('orderId', 'order-1')) };
      }
    }
    const app = await minos('order', {
      imports: [CqrsModule.forRoot(), MinosModule.forFeature({ aggregates: [Order] })],
      controllers: [OrdersController],
      providers: [PlaceOrderHandler, OrderList],
    });
    const { headers } = await app.http.post('/orders');
    const token = headers.get(CONSISTENCY_HEADER) ?? '';
    const withToken = app.http.get('/orders', { [CONSISTENCY_HEADER]: token });
    expect((await app.http.get('/orders')).body).toEqual({ orders: 0 });
    database.open();
    expect((await withToken).body).toEqual({ orders: 1 });
  });
});
