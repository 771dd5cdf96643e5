import { randomBytes } from 'node:crypto';
import { Command, Event, Rejection, SystemClock } from '@minos/common';
import { until } from '@minos/common/testing';
import { Aggregate, AggregateRepository, AggregateRoot, EVENT_STORE, type EventStore, On, streamName } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { MinosModule, type MinosOptions } from '@minos/nest';
import { createTestDatabase } from '@minos/postgres/testing';
import { Controller, type INestApplication, Injectable, Module, type Type } from '@nestjs/common';
import { CommandHandler, EventsHandler } from '@nestjs/cqrs';
import { type ClientProxy, Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import { withKafka } from '../../../../tools/testing/real-kafka.js';
import { Consumer } from '../handlers/consumer.decorator.js';
import { MemoryLog } from '@minos/messaging';
import { Consumers } from '../module/consumers.js';
import type { MessagingSettings } from '../module/messaging.options.js';
import { openBroker, type OpenedBroker } from '../module/open-broker.js';
import { MESSAGING_SETTINGS, OPENED_BROKER } from '../module/tokens.js';
import { ParkedKeys } from '../parked/parked-keys.js';
import { Messages } from '../send/messages.js';
import { FaultyBroker } from '../testing/faulty-broker.js';
import { MINOS_CLIENT, MinosContext, MinosMicroservicesModule, MinosServer } from './index.js';

/** Two services on one broker: where each keeps its data, and how both reach the broker. */
interface Adapter {
  storage(service: string): Promise<Pick<MinosOptions, 'storage' | 'database'>>;
  readonly broker: NonNullable<NonNullable<MinosOptions['messaging']>['broker']>;
  close(): Promise<void>;
}

interface Reservation {
  readonly orderId: string;
  readonly quantity: number;
}

@Event('stock.reserved')
class StockReserved {
  constructor(readonly quantity: number) {}
}

@Aggregate('stock')
class Stock extends AggregateRoot {
  reserve(quantity: number): void {
    this.apply(new StockReserved(quantity));
  }
  @On(StockReserved) protected reserved(): void {}
}

@Injectable()
class Shelf {
  constructor(@InjectAggregateRepository(Stock) private readonly stocks: AggregateRepository<Stock>) {}

  /** Each call that is stored adds an event: a second effect would show. */
  async reserve({ orderId, quantity }: Reservation): Promise<{ reserved: number }> {
    if (quantity > 5) throw new Rejection('stock.insufficient', `${quantity} are not there`);
    if (quantity < 0) throw new Error('the shelf is broken');
    await this.add(orderId, quantity);
    return { reserved: quantity };
  }

  async add(id: string, quantity: number): Promise<void> {
    const reserve = (stock: Stock): void => stock.reserve(quantity);
    await ((await this.stocks.find(id)) === undefined ? this.stocks.create(id, reserve) : this.stocks.update(id, reserve));
  }
}

/** Topics outlive a run, so that each run has services of its own. */
function shop() {
  const run = randomBytes(3).toString('hex');
  const [order, product] = [`order-${run}`, `product-${run}`];

  @Command('stock.reserve', { owner: product, key: 'orderId' })
  class ReserveStock extends Command<{ reserved: number }, 'stock.insufficient'> {
    constructor(
      readonly orderId: string,
      readonly quantity: number,
    ) {
      super();
    }
  }

  @Event('order.placed')
  class OrderPlaced {
    constructor(readonly orderId: string) {}
  }

  @Controller()
  class Patterns {
    constructor(private readonly shelf: Shelf) {}

    @MessagePattern('stock.reserve')
    async reserve(@Payload() reservation: Reservation, @Ctx() context: MinosContext): Promise<object> {
      if (context.message.key !== reservation.orderId) throw new Error('the key is lost');
      return this.shelf.reserve(reservation);
    }

    @EventPattern<string>('order.placed', { from: order })
    placed(@Payload() { orderId }: OrderPlaced): Promise<void> {
      return this.shelf.add(`placed-${orderId}`, 1);
    }
  }

  @CommandHandler(ReserveStock)
  class ReserveStockHandler {
    constructor(private readonly shelf: Shelf) {}
    execute(command: Reservation): Promise<object> {
      return this.shelf.reserve(command);
    }
  }

  @Consumer(`${product}.placed`, { from: order })
  @EventsHandler(OrderPlaced)
  class OnOrderPlaced {
    constructor(private readonly shelf: Shelf) {}
    handle({ orderId }: OrderPlaced): Promise<void> {
      return this.shelf.add(`placed-${orderId}`, 1);
    }
  }

  return { order, product, ReserveStock, OrderPlaced, patterns: [Patterns], handlers: [ReserveStockHandler, OnOrderPlaced] };
}

interface Service {
  readonly service: string;
  readonly controllers?: Type[];
  readonly providers?: Type[];
  readonly messages: Type[];
}

/** Every message is stored twice by its broker. */
async function start({ service, controllers = [], providers = [], messages }: Service, adapter: Adapter): Promise<INestApplication> {
  const consumers = { retry: { first: 1, longest: 2, attempts: 2 } };
  @Module({
    imports: [
      MinosModule.forRoot({
        service,
        ...(await adapter.storage(service)),
        messaging: { broker: adapter.broker, channels: { partitions: 4 }, consumers },
        features: { http: false, health: false, metrics: false },
      }),
      MinosModule.forFeature({ aggregates: [Stock], messages }),
      MinosMicroservicesModule.forRoot({}),
    ],
    controllers,
    providers: [Shelf, ...providers],
  })
  class Service {}
  const twice = (settings: MessagingSettings): OpenedBroker => {
    const opened = openBroker(settings, new SystemClock());
    return { ...opened, broker: new FaultyBroker(opened.broker, { seed: 7, duplicate: 1 }) };
  };
  const compiled = await Test.createTestingModule({ imports: [Service] })
    .overrideProvider(OPENED_BROKER)
    .useFactory({ factory: twice, inject: [MESSAGING_SETTINGS] })
    .setLogger(false as never)
    .compile();
  const app = compiled.createNestApplication({ logger: false });
  app.connectMicroservice({ strategy: app.get(MinosServer) });
  await app.startAllMicroservices();
  await app.init();
  return app;
}

const HANDLED = ['@MessagePattern and @EventPattern', '@CommandHandler and @Consumer'] as const;

function contract(open: () => Promise<Adapter>): void {
  describe.each(HANDLED)('handled by %s', (handled) => {
    const { order, product, ReserveStock, OrderPlaced, patterns, handlers } = shop();
    let adapter: Adapter;
    let asker: INestApplication;
    let handler: INestApplication;
    let client: ClientProxy;

    const effects = async (id: string): Promise<number> =>
      (await handler.get<EventStore>(EVENT_STORE).read(streamName('stock', id))).length;
    /** A later message of the key has passed what the broker repeated. */
    const settle = (orderId: string): Promise<unknown> => firstValueFrom(client.send('stock.reserve', { orderId, quantity: 1 }));

    beforeAll(async () => {
      adapter = await open();
      const messages = [ReserveStock, OrderPlaced] as Type[];
      const how = handled === HANDLED[0] ? { controllers: patterns } : { providers: handlers };
      handler = await start({ service: product, messages, ...how }, adapter);
      asker = await start({ service: order, messages }, adapter);
      client = asker.get<ClientProxy>(MINOS_CLIENT);
    });
    afterAll(async () => {
      for (const app of [asker, handler]) await app.close();
      await adapter.close();
    });

    it('a command that ClientProxy.send asks has one effect and gives its reply', async () => {
      const reply = await firstValueFrom(client.send({ cmd: 'stock.reserve', owner: product, key: 's' }, { orderId: 's', quantity: 2 }));
      expect(reply).toEqual({ reserved: 2 });
      await settle('s');
      expect(await effects('s')).toBe(2);
    });

    it('a command that ClientProxy.emit sends has one effect', async () => {
      await firstValueFrom(client.emit('stock.reserve', { orderId: 'e', quantity: 2 }));
      await settle('e');
      expect(await effects('e')).toBe(2);
    });

    it('a command that Messages.send sends has one effect', async () => {
      await asker.get(Messages).send(new ReserveStock('m', 2));
      await settle('m');
      expect(await effects('m')).toBe(2);
    });

    it('a rejection comes back to ClientProxy.send, and leaves no effect', async () => {
      const refused = firstValueFrom(client.send('stock.reserve', { orderId: 'r', quantity: 9 }));
      await expect(refused).rejects.toMatchObject({ code: 'stock.insufficient', message: '9 are not there' });
      await settle('r');
      expect(await effects('r')).toBe(1);
    });

    it('an event that ClientProxy.emit sends has one effect', async () => {
      for (const orderId of ['p-1', 'p-2']) await firstValueFrom(client.emit({ event: 'order.placed', key: 'one' }, { orderId }));
      await until(async () => (await effects('placed-p-2')) > 0, 'the second event');
      expect(await effects('placed-p-1')).toBe(1);
    });

    it('poison parks its key, and other keys flow', async () => {
      await firstValueFrom(client.emit('stock.reserve', { orderId: 'x', quantity: -1 }));
      await firstValueFrom(client.emit('stock.reserve', { orderId: 'x', quantity: 1 }));
      const parked = handler.get(ParkedKeys);
      await until(async () => ((await parked.list())[0]?.messages ?? 0) >= 2, 'the key parked with what stands behind');
      expect(await parked.list()).toMatchObject([{ consumer: `${product}.commands`, key: 'x' }]);
      await settle('y');
      expect([await effects('x'), await effects('y')]).toEqual([0, 1]);
    });

    it('all of that with every message twice: each consumer was given some again', async () => {
      const repeats = (): readonly number[] =>
        handler
          .get(Consumers)
          .statuses()
          .map(({ counts }) => counts.duplicates);
      await until(() => repeats().length > 0 && repeats().every((count) => count > 0), 'repeats at every consumer');
    });
  });
}

async function databases(): Promise<Pick<Adapter, 'storage' | 'close'>> {
  const made: { drop(): Promise<void> }[] = [];
  return {
    storage: async () => {
      const database = await createTestDatabase();
      made.push(database);
      return { storage: 'postgres', database: { url: database.url } };
    },
    close: async () => {
      for (const database of made) await database.drop();
    },
  };
}

describe('in memory', () =>
  contract(async () => ({
    storage: async () => ({ storage: 'memory' }),
    broker: { kind: 'memory', log: new MemoryLog() },
    close: async () => undefined,
  })));

describe('on PostgreSQL', () =>
  contract(async () => {
    const broker = await createTestDatabase();
    const { storage, close } = await databases();
    return { storage, broker: { kind: 'postgres', url: broker.url }, close: () => close().then(() => broker.drop()) };
  }));

withKafka('the microservices face over Apache Kafka', (brokers) => {
  describe('on Apache Kafka', () => contract(async () => ({ ...(await databases()), broker: { kind: 'kafka', kafka: { brokers } } })));
});
