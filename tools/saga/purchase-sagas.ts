import { Command, Event } from '@minos/common';
import { Saga, saga, SagaDefinition } from '@minos/saga';

/* What the shop says and asks, and the sagas that do. */

@Event('basket.placed')
export class BasketPlaced {
  constructor(
    readonly basketId: string,
    readonly price: number,
  ) {}
}

@Command('pieces.take', { owner: 'stock', key: 'basketId' })
export class TakePieces extends Command<{ taken: number }, 'holding.late'> {
  constructor(readonly basketId: string) {
    super();
  }
}
@Command('pieces.return', { owner: 'stock', key: 'basketId' })
export class ReturnPieces extends Command {
  constructor(readonly basketId: string) {
    super();
  }
}
@Command('money.take', { owner: 'bank', key: 'basketId' })
export class TakeMoney extends Command<{ taken: number }, 'money.short' | 'holding.late'> {
  constructor(
    readonly basketId: string,
    readonly price: number,
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
@Command('pieces.send', { owner: 'stock', key: 'basketId' })
export class SendPieces extends Command {
  constructor(readonly basketId: string) {
    super();
  }
}
/** Only version 2 of the saga has it done. */
@Command('pieces.wrap', { owner: 'stock', key: 'basketId' })
export class WrapPieces extends Command {
  constructor(readonly basketId: string) {
    super();
  }
}
export const COMMANDS = [TakePieces, ReturnPieces, TakeMoney, ReturnMoney, SendPieces, WrapPieces];

interface PurchaseState {
  readonly basketId: string;
  readonly price: number;
}

/** Longer than any process is away in a test: what is not answered was lost. */
const PATIENCE = '10m';

const piecesAndMoney = () =>
  saga<PurchaseState>()
    .startedBy(BasketPlaced, ({ basketId, price }) => ({ basketId, price }))
    .step('take-pieces')
    .invoke(({ basketId }) => new TakePieces(basketId))
    .compensate(({ basketId }) => new ReturnPieces(basketId))
    .timeout(PATIENCE, 'compensate')
    .step('take-money')
    .invoke(({ basketId, price }) => new TakeMoney(basketId, price))
    .compensate(({ basketId }) => new ReturnMoney(basketId))
    .timeout(PATIENCE, 'compensate');

const sent = (bought: Pick<ReturnType<typeof piecesAndMoney>, 'step'>) =>
  bought
    .step('send')
    .invoke(({ basketId }) => new SendPieces(basketId))
    .timeout('20s', 'retry')
    .retry({ every: '1s', forever: true })
    .pivot()
    .build();

@Saga('purchase', { version: 1 })
class Purchase extends SagaDefinition<PurchaseState> {
  readonly plan = sent(piecesAndMoney());
}

/* Two that are deployed one behind the other. */
@Saga('purchase', { version: 1 })
class PurchaseBefore extends SagaDefinition<PurchaseState> {
  readonly plan = sent(piecesAndMoney());
}
@Saga('purchase', { version: 2 })
class PurchaseBehind extends SagaDefinition<PurchaseState> {
  readonly plan = sent(
    piecesAndMoney()
      .step('wrap')
      .invoke(({ basketId }) => new WrapPieces(basketId))
      .noCompensation(),
  );
}

/** What releases of the shop carry: the first is all that it had until there were versions. */
export const RELEASES = { only: [Purchase], old: [PurchaseBefore], both: [PurchaseBefore, PurchaseBehind], next: [PurchaseBehind] };
export type ShopRelease = keyof typeof RELEASES;
