// A shop in a process of its own, which dies where it is told to: `mortal-shop.ts plain|minos <database> [stored|handling]`.
import 'reflect-metadata';
import { Command, Event, UNIT_OF_WORK, type Unit, type UnitOfWork } from '@minos/common';
import { Consumer } from '@minos/messaging';
import { MINOS_CLIENT, MinosMicroservicesModule } from '@minos/messaging/microservices';
import { MinosModule } from '@minos/nest';
import { sqlOf } from '@minos/postgres';
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  CommandBus,
  CommandHandler,
  CqrsModule as NestCqrsModule,
  EventBus,
  EventsHandler,
  type ICommandHandler,
  type IEventHandler,
} from '@nestjs/cqrs';
import type { ClientProxy } from '@nestjs/microservices';
import { Client } from 'pg';
import { firstValueFrom } from 'rxjs';

const [side, url = '', fatal] = process.argv.slice(2);

function dieAt(place: 'stored' | 'handling'): void {
  if (place === fatal) process.kill(process.pid, 'SIGKILL');
}

@Command('order.place', { owner: 'order' })
class PlaceOrder {
  constructor(readonly orderId: string) {}
}
@Event('order.placed')
class OrderPlaced {
  constructor(readonly orderId: string) {}
}

const INSERT = { order: 'insert into orders values ($1)', letter: 'insert into letters values ($1)' };

// Plain Nest: the handlers as its documentation has them.

class Database implements OnApplicationShutdown {
  readonly client = new Client({ connectionString: url });
  onApplicationShutdown(): Promise<void> {
    return this.client.end();
  }
}

@CommandHandler(PlaceOrder)
class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
  ) {}
  async execute({ orderId }: PlaceOrder): Promise<void> {
    await this.database.client.query(INSERT.order, [orderId]);
    dieAt('stored');
    this.events.publish(new OrderPlaced(orderId));
  }
}

@EventsHandler(OrderPlaced)
class Mailer implements IEventHandler<OrderPlaced> {
  constructor(private readonly database: Database) {}
  async handle({ orderId }: OrderPlaced): Promise<void> {
    dieAt('handling');
    await this.database.client.query(INSERT.letter, [orderId]);
  }
}

@Module({ imports: [NestCqrsModule], providers: [Database, PlaceOrderHandler, Mailer] })
class PlainShop {}

// Minos: the same, in the unit of work that surrounds each of them.

@CommandHandler(PlaceOrder)
class DurablePlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(
    @Inject(UNIT_OF_WORK) private readonly units: UnitOfWork,
    @Inject(MINOS_CLIENT) private readonly events: ClientProxy,
  ) {}
  async execute({ orderId }: PlaceOrder): Promise<void> {
    const unit = this.units.current() as Unit;
    await sqlOf(unit).query(INSERT.order, [orderId]);
    await firstValueFrom(this.events.emit({ event: 'order.placed', key: orderId }, { orderId }));
    unit.onCommitted(() => dieAt('stored'));
  }
}

@EventsHandler(OrderPlaced)
@Consumer('order.mailer')
class DurableMailer implements IEventHandler<OrderPlaced> {
  constructor(@Inject(UNIT_OF_WORK) private readonly units: UnitOfWork) {}
  async handle({ orderId }: OrderPlaced): Promise<void> {
    dieAt('handling');
    await sqlOf(this.units.current() as Unit).query(INSERT.letter, [orderId]);
  }
}

@Module({
  imports: [
    MinosModule.forRoot({
      service: 'order',
      database: { url },
      messaging: {
        broker: { kind: 'postgres', url },
        // So that the next process soon takes over from one that was killed.
        consumers: { session: '1s' },
        relay: { lease: '1s' },
      },
    }),
    MinosMicroservicesModule.forRoot({ server: false }),
  ],
  providers: [DurablePlaceOrderHandler, DurableMailer],
})
class MinosShop {}

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(side === 'minos' ? MinosShop : PlainShop, { logger: false });
  if (side === 'plain') await app.get(Database).client.connect();
  process.on('message', (orderId: string) => {
    void app
      .get(CommandBus)
      .execute(new PlaceOrder(orderId))
      .then(() => process.send?.(`placed ${orderId}`));
  });
  process.once('disconnect', () => void app.close());
  process.send?.('ready');
}

void main();
