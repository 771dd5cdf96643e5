import { Command, type Duration, Event, Rejection } from '@minos/common';
import { Aggregate, type AggregateRepository, AggregateRoot, On } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { Injectable } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { SagaPlan } from './definition/plan.js';
import { saga } from './definition/saga-builder.js';
import { SagaDefinition } from './definition/saga-definition.js';
import { Saga } from './definition/saga.decorator.js';

/* A shop of three services: shop (the saga), stock and bank. */

@Event('basket.placed')
export class BasketPlaced {
  constructor(
    readonly basketId: string,
    readonly pieces: number,
    readonly price: number,
  ) {}
}
@Event('basket.confirmed')
export class BasketConfirmed {}
@Event('basket.refused')
export class BasketRefused {
  constructor(readonly reason: string) {}
}

@Command('pieces.take', { owner: 'stock', key: 'basketId' })
export class TakePieces extends Command<{ place: string }, 'stock.empty'> {
  constructor(
    readonly basketId: string,
    readonly pieces: number,
  ) {
    super();
  }
}
@Command('pieces.return', { owner: 'stock', key: 'basketId' })
export class ReturnPieces extends Command {
  constructor(
    readonly basketId: string,
    readonly place: string | undefined,
  ) {
    super();
  }
}
@Command('money.take', { owner: 'bank', key: 'basketId' })
export class TakeMoney extends Command<{ receipt: number }, 'money.short'> {
  constructor(
    readonly basketId: string,
    readonly amount: number,
  ) {
    super();
  }
}
@Command('money.return', { owner: 'bank', key: 'basketId' })
export class ReturnMoney extends Command {
  constructor(readonly basketId: string) {
    super();
  }
}
@Command('basket.confirm', { owner: 'shop' })
export class ConfirmBasket extends Command<void, 'basket.gone'> {
  constructor(readonly basketId: string) {
    super();
  }
}
@Command('basket.refuse', { owner: 'shop', key: 'basketId' })
export class RefuseBasket extends Command {
  constructor(
    readonly basketId: string,
    readonly reason: string,
  ) {
    super();
  }
}

export interface PurchaseState {
  readonly basketId: string;
  readonly pieces: number;
  readonly price: number;
  readonly place?: string;
  readonly receipt?: number;
  readonly reason?: string;
}

/** `patience`: how long the first step is waited for. */
const purchasePlan = (patience: Duration): SagaPlan<PurchaseState> =>
  saga<PurchaseState>()
    .startedBy(BasketPlaced, ({ basketId, pieces, price }) => ({ basketId, pieces, price }))
    .onCompensated(({ basketId, reason = 'unknown' }) => new RefuseBasket(basketId, reason))
    .step('take-pieces')
    .invoke(({ basketId, pieces }) => new TakePieces(basketId, pieces))
    .onReply((state, { place }) => ({ ...state, place }))
    .onRejection('stock.empty', (state, { message }) => ({ ...state, reason: message }))
    .compensate(({ basketId }, reply) => new ReturnPieces(basketId, reply?.place))
    .timeout(patience, 'compensate')
    .step('take-money')
    .invoke(({ basketId, pieces, price }) => new TakeMoney(basketId, pieces * price))
    .onReply((state, { receipt }) => ({ ...state, receipt }))
    .onRejection('money.short', (state, { message }) => ({ ...state, reason: message }))
    .compensate(({ basketId }) => new ReturnMoney(basketId))
    .step('confirm')
    .local(({ basketId }) => new ConfirmBasket(basketId))
    .onRejection('basket.gone', (state, { message }) => ({ ...state, reason: message }))
    .pivot()
    .build();

@Saga('purchase', { version: 1 })
export class Purchase extends SagaDefinition<PurchaseState> {
  readonly plan = purchasePlan('5s');
}

/** For services on a real clock: a machine that is busy is no participant that is silent. */
@Saga('purchase', { version: 1 })
export class PatientPurchase extends SagaDefinition<PurchaseState> {
  readonly plan = purchasePlan('60s');
}

@Aggregate('basket')
export class Basket extends AggregateRoot {
  status = 'none';
  reason = '';
  place(basketId: string, pieces: number, price: number): void {
    this.apply(new BasketPlaced(basketId, pieces, price));
  }
  confirm(): void {
    if (this.status !== 'placed') throw new Rejection('basket.gone', `The basket is ${this.status}`);
    this.apply(new BasketConfirmed());
  }
  refuse(reason: string): void {
    if (this.status === 'placed') this.apply(new BasketRefused(reason));
  }
  @On(BasketPlaced) protected placed(): void {
    this.status = 'placed';
  }
  @On(BasketConfirmed) protected confirmed(): void {
    this.status = 'confirmed';
  }
  @On(BasketRefused) protected refused({ reason }: BasketRefused): void {
    this.status = 'refused';
    this.reason = reason;
  }
}

@CommandHandler(ConfirmBasket)
export class ConfirmBasketHandler implements ICommandHandler<ConfirmBasket> {
  constructor(@InjectAggregateRepository(Basket) private readonly baskets: AggregateRepository<Basket>) {}
  async execute({ basketId }: ConfirmBasket): Promise<void> {
    await this.baskets.update(basketId, (basket) => basket.confirm());
  }
}
@CommandHandler(RefuseBasket)
export class RefuseBasketHandler implements ICommandHandler<RefuseBasket> {
  constructor(@InjectAggregateRepository(Basket) private readonly baskets: AggregateRepository<Basket>) {}
  async execute({ basketId, reason }: RefuseBasket): Promise<void> {
    await this.baskets.update(basketId, (basket) => basket.refuse(reason));
  }
}

@Injectable()
export class Counter {
  constructor(@InjectAggregateRepository(Basket) readonly baskets: AggregateRepository<Basket>) {}
}

/** What the participants have, each basket once. */
@Injectable()
export class Shelf {
  readonly taken = new Map<string, number>();
  readonly log: string[] = [];
  pieces = 10;
}

@CommandHandler(TakePieces)
export class TakePiecesHandler implements ICommandHandler<TakePieces> {
  constructor(private readonly shelf: Shelf) {}
  async execute({ basketId, pieces }: TakePieces): Promise<{ place: string }> {
    this.shelf.log.push(`take ${pieces}`);
    if (this.shelf.pieces < pieces) throw new Rejection('stock.empty', `only ${this.shelf.pieces} are there`);
    this.shelf.pieces -= pieces;
    this.shelf.taken.set(basketId, pieces);
    return { place: `shelf-${pieces}` };
  }
}
@CommandHandler(ReturnPieces)
export class ReturnPiecesHandler implements ICommandHandler<ReturnPieces> {
  constructor(private readonly shelf: Shelf) {}
  async execute({ basketId, place }: ReturnPieces): Promise<void> {
    this.shelf.log.push(`return ${place}`);
    this.shelf.pieces += this.shelf.taken.get(basketId) ?? 0;
    this.shelf.taken.delete(basketId);
  }
}

@CommandHandler(TakeMoney)
export class TakeMoneyHandler implements ICommandHandler<TakeMoney> {
  constructor(private readonly shelf: Shelf) {}
  async execute({ amount }: TakeMoney): Promise<{ receipt: number }> {
    this.shelf.log.push(`money ${amount}`);
    if (amount > 100) throw new Rejection('money.short', `${amount} is too much`);
    return { receipt: amount };
  }
}
@CommandHandler(ReturnMoney)
export class ReturnMoneyHandler implements ICommandHandler<ReturnMoney> {
  constructor(private readonly shelf: Shelf) {}
  async execute(): Promise<void> {
    this.shelf.log.push('money back');
  }
}
