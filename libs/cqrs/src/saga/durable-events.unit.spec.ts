import { inspect } from 'node:util';
import { UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { until } from '@minos/common/testing';
import { Consumer, ParkedKeys } from '@minos/messaging';
import { Consumers } from '@minos/messaging/module';
import { MinosModule } from '@minos/nest';
import { createTestingApp, createTestingSystem, type TestingApp } from '@minos/nest/testing';
import { Injectable, Module, Scope, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { map, type Observable, of } from 'rxjs';
import { CommandBus, CqrsModule, EventBus, EventPublisher, EventsHandler, type IEvent, Saga, ofType } from '../index.js';
import {
  Endless,
  Journal,
  Mailer,
  NoteOrder,
  NoteOrderHandler,
  Order,
  OrderPaid,
  OrderPlaced,
  OrderSeen,
  PackOrder,
  PackOrderHandler,
  Packing,
  Shop,
  ThankForOrderHandler,
  Watcher,
} from './durable-events-kit.js';

const service = (name: string, providers: readonly Type[]): Type => {
  @Module({
    imports: [
      MinosModule.forRoot({ service: name }),
      CqrsModule.forRoot(),
      MinosModule.forFeature({ aggregates: [Order], messages: [OrderPlaced, OrderPaid] }),
    ],
    providers: [Journal, Shop, ...providers],
  })
  class Service {}
  return Service;
};
const COMMANDS = [PackOrderHandler, ThankForOrderHandler, NoteOrderHandler];
const QUICK = { broker: { kind: 'memory' }, consumers: { retry: { first: '1ms', longest: '5ms', attempts: 3 } } } as const;
const started = (...providers: readonly Type[]): Promise<TestingApp> =>
  createTestingApp(service('order', [...COMMANDS, ...providers]), { messaging: QUICK });

describe('a handler of events with a durable name', () => {
  it('gets stored events once each, in a unit, in the order of their stream, and not from the bus as well', async () => {
    const { get, settled, close } = await started(Mailer, Watcher);
    const [journal, shop] = [get(Journal), get(Shop)];
    await shop.place('o1');
    await settled();
    expect(journal.lines).toEqual(['mail OrderPlaced o1']);
    await close();
  });

  it('gets what the bus is given, and only what has committed; a handler without a name hears of it in the process', async () => {
    const { get, settled, close } = await started(Mailer, Watcher);
    const [journal, bus, unitOfWork] = [get(Journal), get<EventBus>(EventBus), get<UnitOfWork>(UNIT_OF_WORK)];
    const failed = unitOfWork.run(() => {
      bus.publish(new OrderPaid('never'));
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await bus.publish(new OrderPlaced('o1'));
    bus.publish(new OrderSeen('o1'));
    await unitOfWork.run(() => bus.publishAll([new OrderPaid('o2'), new OrderPlaced('o2')]) as void);
    await settled();
    const mails = journal.lines.filter((line) => line.startsWith('mail'));
    expect(mails.filter((line) => line.endsWith('o2'))).toEqual(['mail OrderPaid o2', 'mail OrderPlaced o2']);
    expect([...journal.lines].sort()).toEqual([
      'mail OrderPaid o2',
      'mail OrderPlaced o1',
      'mail OrderPlaced o2',
      'watched OrderPlaced o1',
      'watched OrderPlaced o2',
      'watched OrderSeen o1',
    ]);
    await close();
  });

  it('fails the work that publishes what cannot be stored', async () => {
    const { get, close } = await started(Mailer);
    const [bus, unitOfWork] = [get<EventBus>(EventBus), get<UnitOfWork>(UNIT_OF_WORK)];
    const unfit = new OrderPaid(new Date() as never);
    await expect(unitOfWork.run(() => bus.publish(unfit) as void)).rejects.toMatchObject({ code: 'PAYLOAD_REFUSED' });
    await expect(bus.publish(unfit)).rejects.toMatchObject({ code: 'PAYLOAD_REFUSED' });
    await close();
  });

  it('gets the events of a stored aggregate once, although they go over the publisher too', async () => {
    const { get, settled, close } = await started(Mailer, Watcher);
    const [journal, publisher] = [get(Journal), get(EventPublisher)];
    const shop = get(Shop) as unknown as { orders: { create(id: string, decide: (order: Order) => void): Promise<void> } };
    await shop.orders.create('o1', (order) => {
      publisher.mergeObjectContext(order).apply(new OrderPlaced('o1'));
      order.commit();
    });
    await settled();
    expect([...journal.lines].sort()).toEqual(['mail OrderPlaced o1', 'watched OrderPlaced o1']);
    await close();
  });

  it('that throws once is not dead, and repeats nothing that has committed', async () => {
    const { get, settled, close } = await started(Mailer);
    const [journal, bus] = [get(Journal), get<EventBus>(EventBus)];
    journal.faults.set('mail OrderPlaced o1', 1);
    await bus.publish(new OrderPlaced('o1'));
    await bus.publish(new OrderPlaced('o2'));
    await settled();
    expect([...journal.lines].sort()).toEqual(['mail OrderPlaced o1', 'mail OrderPlaced o1 failed', 'mail OrderPlaced o2']);
    await close();
  });

  it('enqueues with its unit: not what a try that failed said, and once', async () => {
    @Consumer('order.packer')
    @EventsHandler(OrderPlaced)
    class Packer {
      constructor(
        private readonly journal: Journal,
        private readonly commands: CommandBus,
      ) {}
      async handle({ orderId }: OrderPlaced): Promise<void> {
        await this.commands.enqueue(new PackOrder(orderId));
        this.journal.note(`packer ${orderId}`);
      }
    }
    const { get, settled, close } = await started(Packer);
    const journal = get(Journal);
    journal.faults.set('packer o1', 2);
    await get(Shop).place('o1');
    await settled();
    expect(journal.lines).toEqual(['packer o1 failed', 'packer o1 failed', 'packer o1', 'pack o1']);
    await close();
  });

  it('control: one without a name loses the event for which it throws', async () => {
    const { get, settled, close } = await started(Watcher);
    const [journal, bus] = [get(Journal), get<EventBus>(EventBus)];
    journal.faults.set('watched OrderSeen o1', 1);
    for (const id of ['o1', 'o2']) bus.publish(new OrderSeen(id));
    await settled();
    expect(journal.lines).toEqual(['watched OrderSeen o1 failed', 'watched OrderSeen o2']);
    await close();
  });

  it('gets the events of another service', async () => {
    @Consumer('billing.mailer', { from: 'order' })
    @EventsHandler(OrderPlaced)
    class BillingMailer extends Mailer {}
    const system = await createTestingSystem({ order: service('order', []), billing: service('billing', [BillingMailer]) });
    await system.apps.order.get(Shop).place('o1');
    await system.settled();
    expect(system.apps.billing.get(Journal).lines).toEqual(['mail OrderPlaced o1']);
    await system.close();
  });

  it('may be in request scope', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped {}
    @Consumer('order.scoped')
    @EventsHandler(OrderPlaced)
    class ScopedMailer {
      constructor(
        private readonly journal: Journal,
        readonly scoped: Scoped,
      ) {}
      handle({ orderId }: OrderPlaced): void {
        this.journal.note(`scoped ${orderId} ${this.scoped instanceof Scoped}`);
      }
    }
    const { get, settled, close } = await started(ScopedMailer, Scoped);
    await get(Shop).place('o1');
    await settled();
    expect(get(Journal).lines).toEqual(['scoped o1 true']);
    await close();
  });
});

describe('a saga of a class with a durable name', () => {
  it('enqueues what it emits for each event, in order, once', async () => {
    const { get, settled, close } = await started(Packing);
    const journal = get(Journal);
    await get(Shop).place('o1');
    await settled();
    expect(journal.lines).toEqual(['saga o1', 'pack o1', 'thank o1']);
    await close();
  });

  it('that throws once is called again with the event, and enqueues once', async () => {
    const { get, settled, close } = await started(Packing);
    const journal = get(Journal);
    journal.faults.set('saga o1', 2);
    await get(Shop).place('o1');
    await get(Shop).place('o2');
    await settled();
    expect([...journal.done()].sort()).toEqual(['pack o1', 'pack o2', 'saga o1', 'saga o2', 'thank o1', 'thank o2']);
    expect(journal.lines.filter((line) => line === 'saga o1 failed')).toHaveLength(2);
    await close();
  });

  it('is one stream in the process where it is continuous', async () => {
    const { get, settled, close } = await started(Packing);
    const journal = get(Journal);
    await get<EventBus>(EventBus).publish(new OrderPlaced('o1'));
    await settled();
    await until(() => journal.lines.includes('noted o1'), 'the continuous saga', 15_000);
    expect([...journal.lines].sort()).toEqual(['noted o1', 'pack o1', 'saga o1', 'thank o1']);
    await close();
  });

  it('is stopped at the deadline where it does not complete, and called again', async () => {
    const { get, settled, close } = await started(Endless);
    const journal = get(Journal);
    journal.faults.set('waited o1', 1);
    await get(Shop).place('o1');
    await settled();
    expect(journal.lines).toEqual(['waited o1 failed', 'waited o1', 'pack o1']);
    await close();
  });

  it('parks the event where it emits what cannot be enqueued', async () => {
    @Consumer('order.wrong')
    @Injectable()
    class Wrong {
      @Saga() unnamed = (events$: Observable<IEvent>): Observable<object> =>
        events$.pipe(
          ofType(OrderPlaced),
          map(({ orderId }) => new NoteOrder(orderId)),
        );
      @Saga() streamless = (events$: Observable<IEvent>): Observable<object> => (events$.pipe(ofType(OrderPaid)), undefined) as never;
    }
    const { get, close } = await started(Wrong);
    await get<EventBus>(EventBus).publish(new OrderPlaced('o1'));
    await get<EventBus>(EventBus).publish(new OrderPaid('o1'));
    const parked = await until(
      async () => {
        const keys = await get(ParkedKeys).list({ consumer: 'order.wrong' });
        return keys.length === 2 ? inspect(keys, { depth: 9 }) : undefined;
      },
      'the parked keys',
      15_000,
    );
    for (const part of ['SAGA_COMMAND_UNNAMED', 'SAGA_STREAM_MISSING']) expect(parked).toContain(part);
    await close();
  });
});

describe('a start with durable sagas', () => {
  it('names them, and what they are for', async () => {
    const { get, close } = await started(Packing, Mailer);
    const plans = get(Consumers).plans();
    expect(plans.find(({ consumer }) => consumer === 'order.packing')?.types).toEqual(['order.placed', 'order.paid']);
    await close();
  });

  it('is refused with all faults', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Asked {}
    @Consumer('order.faulty')
    @Injectable()
    class Faulty {
      @Saga() unnamed = (events$: Observable<IEvent>) => events$.pipe(ofType(OrderSeen));
      @Saga() anything = (events$: Observable<IEvent>) => events$.pipe(map((event) => event));
      @Saga() nothing = () => of();
      @Saga() missing = undefined;
      @Saga({ events: [OrderPlaced] }) told = (events$: Observable<IEvent>) => events$.pipe(map((event) => event));
    }
    @Consumer('order.requested')
    @Injectable({ scope: Scope.REQUEST })
    class Requested {
      constructor(readonly asked: Asked) {}
      @Saga() placed = (events$: Observable<IEvent>) => events$.pipe(ofType(OrderPlaced));
    }
    const error = (await started(Faulty, Requested, Asked).catch((reason: unknown) => reason)) as { code: string; message: string };
    expect(error.code).toBe('SAGAS_INVALID');
    for (const part of [
      'unnamed: OrderSeen is no event',
      'anything: it does not say',
      'nothing: it does not say',
      'missing: it is no function',
    ])
      expect(error.message).toContain(part);
    expect(error.message).toContain('Requested: it is in request scope');
    expect(error.message).not.toContain('told');
  });

  it('is refused where messaging is off', async () => {
    const refused = async (...providers: readonly Type[]): Promise<string> => {
      @Module({
        imports: [MinosModule.forRoot({ service: 'order', features: { messaging: false } }), CqrsModule.forRoot()],
        providers: [Journal, ...providers],
      })
      class Off {}
      const error = (await createTestingApp(Off).catch((reason: unknown) => reason)) as { code: string; message: string };
      return `${error.code} ${error.message}`;
    };
    expect(await refused(Mailer)).toMatch(/HANDLERS_INVALID.*Mailer: it needs messaging/s);
    expect(await refused(Packing)).toMatch(/SAGAS_INVALID.*Packing: its sagas need messaging/s);
  });

  it('leaves all in the process without MinosModule', async () => {
    @Consumer('order.alone')
    @EventsHandler(OrderPlaced)
    class Alone {
      constructor(private readonly journal: Journal) {}
      handle({ orderId }: OrderPlaced): void {
        this.journal.note(`alone ${orderId}`);
      }
    }
    const providers = [Journal, Alone, Packing, NoteOrderHandler];
    const app = await Test.createTestingModule({ imports: [CqrsModule], providers }).compile();
    app.useLogger(false);
    await app.init();
    app.get(EventBus).publish(new OrderPlaced('o1'));
    await until(() => app.get(Journal).lines.length >= 3, 'the handlers', 15_000);
    expect([...app.get(Journal).lines].sort()).toEqual(['alone o1', 'noted o1', 'saga o1']);
    await app.close();
  });

  it('is refused where a durable handler names an event without a durable name', async () => {
    @Consumer('order.unnamed')
    @EventsHandler(OrderSeen)
    class Unnamed {
      handle(): void {}
    }
    await expect(started(Unnamed)).rejects.toMatchObject({ code: 'HANDLERS_INVALID', message: expect.stringContaining('OrderSeen') });
  });
});
