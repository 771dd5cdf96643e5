import { Event, Rejection, UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { Aggregate, type AggregateRepository, AggregateRoot, On } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { MinosModule, type MinosOptions } from '@minos/nest';
import { Inject, Injectable, Module, type Provider, type Type } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  BasketPlaced,
  COMMANDS,
  RELEASES,
  ReturnMoney,
  ReturnPieces,
  SendPieces,
  type ShopRelease,
  TakeMoney,
  TakePieces,
  WrapPieces,
} from './purchase-sagas.js';

/* A shop whose sagas have three remote steps at two participants. What a participant does is an event of its own each time it is done: what is done twice is seen. */

@Aggregate('basket')
export class Basket extends AggregateRoot {
  place(basketId: string, price: number): void {
    this.apply(new BasketPlaced(basketId, price));
  }
  @On(BasketPlaced) protected placed(): void {}
}

@Injectable()
export class Baskets {
  constructor(@InjectAggregateRepository(Basket) private readonly baskets: AggregateRepository<Basket>) {}

  /** Once for an id, however often it is asked. */
  async place(basketId: string, price: number): Promise<void> {
    await this.baskets
      .create(basketId, (basket) => basket.place(basketId, price))
      .catch((error: unknown) => {
        if ((error as { code?: unknown }).code !== 'AGGREGATE_ALREADY_EXISTS') throw error;
      });
  }
}

@Event('holding.taken')
export class Taken {}
@Event('holding.returned')
export class Returned {}
/** It was to be returned before it was taken. */
@Event('holding.cancelled')
export class Cancelled {}
@Event('holding.sent')
export class Sent {}
@Event('holding.wrapped')
export class Wrapped {}

@Aggregate('holding')
export class Holding extends AggregateRoot {
  private held = 0;
  private cancelled = false;
  take(): void {
    if (this.cancelled) throw new Rejection('holding.late', 'it was returned before');
    this.apply(new Taken());
  }
  giveBack(): void {
    this.apply(this.held > 0 ? new Returned() : new Cancelled());
  }
  send(): void {
    this.apply(new Sent());
  }
  wrap(): void {
    this.apply(new Wrapped());
  }
  @On(Taken) protected taken(): void {
    this.held += 1;
  }
  @On(Returned) protected returned(): void {
    this.held -= 1;
  }
  @On(Cancelled) protected wasCancelled(): void {
    this.cancelled = true;
  }
  @On(Sent) protected sent(): void {}
  @On(Wrapped) protected wrapped(): void {}
}

@Injectable()
export class Holdings {
  constructor(@InjectAggregateRepository(Holding) private readonly holdings: AggregateRepository<Holding>) {}

  async decide(id: string, decide: (holding: Holding) => void): Promise<void> {
    const isThere = (await this.holdings.find(id)) !== undefined;
    await (isThere ? this.holdings.update(id, decide) : this.holdings.create(id, decide));
  }
}

const DEAREST = 100;

@CommandHandler(TakePieces)
class TakePiecesHandler implements ICommandHandler<TakePieces> {
  constructor(private readonly holdings: Holdings) {}
  async execute({ basketId }: TakePieces): Promise<{ taken: number }> {
    await this.holdings.decide(basketId, (holding) => holding.take());
    return { taken: 1 };
  }
}
@CommandHandler(ReturnPieces)
class ReturnPiecesHandler implements ICommandHandler<ReturnPieces> {
  constructor(private readonly holdings: Holdings) {}
  execute({ basketId }: ReturnPieces): Promise<void> {
    return this.holdings.decide(basketId, (holding) => holding.giveBack());
  }
}
@CommandHandler(SendPieces)
class SendPiecesHandler implements ICommandHandler<SendPieces> {
  constructor(private readonly holdings: Holdings) {}
  execute({ basketId }: SendPieces): Promise<void> {
    return this.holdings.decide(basketId, (holding) => holding.send());
  }
}
@CommandHandler(WrapPieces)
class WrapPiecesHandler implements ICommandHandler<WrapPieces> {
  constructor(private readonly holdings: Holdings) {}
  execute({ basketId }: WrapPieces): Promise<void> {
    return this.holdings.decide(basketId, (holding) => holding.wrap());
  }
}
@CommandHandler(TakeMoney)
class TakeMoneyHandler implements ICommandHandler<TakeMoney> {
  constructor(private readonly holdings: Holdings) {}
  async execute({ basketId, price }: TakeMoney): Promise<{ taken: number }> {
    if (price > DEAREST) throw new Rejection('money.short', `${price} is too much`);
    await this.holdings.decide(basketId, (holding) => holding.take());
    return { taken: price };
  }
}
@CommandHandler(ReturnMoney)
class ReturnMoneyHandler implements ICommandHandler<ReturnMoney> {
  constructor(private readonly holdings: Holdings) {}
  execute({ basketId }: ReturnMoney): Promise<void> {
    return this.holdings.decide(basketId, (holding) => holding.giveBack());
  }
}

/** Whether a careless participant still waits for its kill, or has it behind it. */
export type Careless = 'until it is killed' | 'once more';
const CARELESS = Symbol('careless');

/** For the control: does its work in a unit of its own, so that a kill between it and the mark of the command has it done twice. The mark comes in the next life of the process. */
@CommandHandler(TakePieces)
class CarelessTakePiecesHandler implements ICommandHandler<TakePieces> {
  constructor(
    private readonly holdings: Holdings,
    @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
    @Inject(CARELESS) private readonly careless: Careless,
  ) {}
  async execute({ basketId }: TakePieces): Promise<{ taken: number }> {
    await this.unitOfWork.run(() => this.holdings.decide(basketId, (holding) => holding.take()), { mode: 'new' });
    process.send?.({ careless: basketId });
    if (this.careless === 'until it is killed') await new Promise(() => undefined);
    return { taken: 1 };
  }
}

export type PurchaseService = 'shop' | 'stock' | 'bank';

export interface PurchasePlace {
  /** The service's own database. */
  readonly url: string;
  readonly broker: string;
  /** Control: effects do not commit with what led to them. @default they do */
  readonly careless?: Careless;
  /** Of the shop. @default 'only' */
  readonly release?: ShopRelease;
}

/** One of the three services. */
export function purchaseModule(service: PurchaseService, { url, broker, careless, release = 'only' }: PurchasePlace): Type {
  const options: MinosOptions = { service, database: { url }, messaging: { broker: { kind: 'postgres', url: broker } } };
  const handlers: Record<PurchaseService, Provider[]> = {
    shop: [Baskets],
    stock: [Holdings, ...takePieces(careless), ReturnPiecesHandler, SendPiecesHandler, WrapPiecesHandler],
    bank: [Holdings, TakeMoneyHandler, ReturnMoneyHandler],
  };
  const feature = service === 'shop' ? { aggregates: [Basket], messages: COMMANDS, sagas: RELEASES[release] } : { aggregates: [Holding] };
  @Module({ imports: [MinosModule.forRoot(options), MinosModule.forFeature(feature)], providers: handlers[service] })
  class ServiceModule {}
  return ServiceModule;
}

function takePieces(careless: Careless | undefined): Provider[] {
  return careless === undefined ? [TakePiecesHandler] : [CarelessTakePiecesHandler, { provide: CARELESS, useValue: careless }];
}
