import { Command, Event, UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { Aggregate, AggregateRoot, type AggregateRepository } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { Consumer } from '@minos/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { CommandHandler, EventsHandler, type IEvent, type ICommandHandler, type IEventHandler } from '@nestjs/cqrs';
import { concatMap, delay, EMPTY, map, mergeMap, NEVER, type Observable, of } from 'rxjs';
import { ofType } from './of-type.js';
import { Saga } from './saga.decorator.js';

@Event('order.placed')
export class OrderPlaced {
  constructor(readonly orderId: string) {}
}
@Event('order.paid')
export class OrderPaid {
  constructor(readonly orderId: string) {}
}
export class OrderSeen {
  constructor(readonly orderId: string) {}
}
@Command('order.pack', { owner: 'order', key: 'orderId' })
export class PackOrder extends Command {
  constructor(readonly orderId: string) {
    super();
  }
}
@Command('order.thank', { owner: 'order', key: 'orderId' })
export class ThankForOrder extends Command {
  constructor(readonly orderId: string) {
    super();
  }
}
export class NoteOrder {
  constructor(readonly orderId: string) {}
}

@Aggregate('order')
export class Order extends AggregateRoot {}

/** What happened, in the order in which it did; and how often each place still throws. */
@Injectable()
export class Journal {
  readonly lines: string[] = [];
  readonly faults = new Map<string, number>();

  note(line: string): void {
    const left = this.faults.get(line) ?? 0;
    this.faults.set(line, left - 1);
    this.lines.push(left > 0 ? `${line} failed` : line);
    if (left > 0) throw new Error(`not ${line}`);
  }

  done(): readonly string[] {
    return this.lines.filter((line) => !line.endsWith('failed'));
  }
}

@CommandHandler(PackOrder)
export class PackOrderHandler implements ICommandHandler<PackOrder> {
  constructor(private readonly journal: Journal) {}
  async execute({ orderId }: PackOrder): Promise<void> {
    this.journal.note(`pack ${orderId}`);
  }
}
@CommandHandler(ThankForOrder)
export class ThankForOrderHandler implements ICommandHandler<ThankForOrder> {
  constructor(private readonly journal: Journal) {}
  async execute({ orderId }: ThankForOrder): Promise<void> {
    this.journal.note(`thank ${orderId}`);
  }
}
@CommandHandler(NoteOrder)
export class NoteOrderHandler implements ICommandHandler<NoteOrder> {
  constructor(private readonly journal: Journal) {}
  async execute({ orderId }: NoteOrder): Promise<void> {
    this.journal.note(`noted ${orderId}`);
  }
}

// #region handler
@Consumer('order.mailer')
@EventsHandler(OrderPlaced, OrderPaid)
export class Mailer implements IEventHandler<OrderPlaced | OrderPaid> {
  constructor(
    private readonly journal: Journal,
    @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
  ) {}
  handle(event: OrderPlaced | OrderPaid): void {
    if (this.unitOfWork.current() === undefined) throw new Error('no unit');
    this.journal.note(`mail ${event.constructor.name} ${event.orderId}`);
  }
}
// #endregion

/** Without a name: it stays in the process. */
@EventsHandler(OrderPlaced, OrderSeen)
export class Watcher implements IEventHandler<OrderPlaced | OrderSeen> {
  constructor(private readonly journal: Journal) {}
  handle(event: OrderPlaced | OrderSeen): void {
    this.journal.note(`watched ${event.constructor.name} ${event.orderId}`);
  }
}

@Consumer('order.packing')
@Injectable()
export class Packing {
  constructor(private readonly journal: Journal) {}

  @Saga()
  packed = (events$: Observable<IEvent>): Observable<object> =>
    events$.pipe(
      ofType(OrderPlaced),
      delay(1),
      mergeMap(({ orderId }) => {
        this.journal.note(`saga ${orderId}`);
        return of(new PackOrder(orderId), new ThankForOrder(orderId));
      }),
    );

  @Saga()
  quiet = (events$: Observable<IEvent>): Observable<object> =>
    events$.pipe(
      ofType(OrderPaid),
      concatMap(() => EMPTY),
    );

  @Saga({ continuous: true })
  watched = (events$: Observable<IEvent>): Observable<object> =>
    events$.pipe(
      ofType(OrderPlaced),
      map(({ orderId }) => new NoteOrder(orderId)),
    );
}

@Consumer('order.endless', { deadline: '50ms' })
@Injectable()
export class Endless {
  constructor(private readonly journal: Journal) {}

  @Saga()
  waits = (events$: Observable<IEvent>): Observable<object> =>
    events$.pipe(
      ofType(OrderPlaced),
      mergeMap(({ orderId }) => {
        try {
          this.journal.note(`waited ${orderId}`);
          return of(new PackOrder(orderId));
        } catch {
          return NEVER;
        }
      }),
    );
}

@Injectable()
export class Shop {
  constructor(@InjectAggregateRepository(Order) private readonly orders: AggregateRepository<Order>) {}

  /** Stores the event. */
  place(orderId: string): Promise<void> {
    return this.orders.create(orderId, (order) => order.apply(new OrderPlaced(orderId)));
  }
}
