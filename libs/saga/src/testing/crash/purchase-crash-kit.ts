import { Event, Rejection } from '@minos/common';
import { Aggregate, AggregateRoot, On } from '@minos/event-sourcing';
import { MemoryLog } from '@minos/messaging';
import {
  Basket,
  BasketPlaced,
  ConfirmBasket,
  ConfirmBasketHandler,
  Purchase,
  RefuseBasket,
  RefuseBasketHandler,
  ReturnMoney,
  ReturnPieces,
  TakeMoney,
  TakePieces,
} from '../../linear-saga-kit.js';
import { MemoryService } from '../service/memory-service.js';
import { handles, type HandlerGround, startMemoryService } from '../service/start-memory-service.js';
import type { CrashScenario, ScenarioGround } from './crash-scenario.js';
import type { MortalProcess } from './mortal-process.js';

/* The shop of the linear saga over three services in memory, whose stock and bank store what they do. */

@Event('shelf.filled')
export class ShelfFilled {
  constructor(readonly pieces: number) {}
}
@Event('shelf.taken')
export class ShelfTaken {
  constructor(
    readonly basketId: string,
    readonly pieces: number,
  ) {}
}
@Event('shelf.returned')
export class ShelfReturned {
  constructor(readonly basketId: string) {}
}

/** Counts what it is told, so that a command that is handled twice shows. */
@Aggregate('shelf')
export class StoredShelf extends AggregateRoot<ShelfFilled | ShelfTaken | ShelfReturned> {
  pieces = 0;
  private readonly taken = new Map<string, number>();

  take(basketId: string, pieces: number): void {
    if (this.pieces < pieces) throw new Rejection('stock.empty', `only ${this.pieces} are there`);
    this.apply(new ShelfTaken(basketId, pieces));
  }
  return(basketId: string): void {
    if (this.taken.has(basketId)) this.apply(new ShelfReturned(basketId));
  }
  @On(ShelfFilled) protected onFilled({ pieces }: ShelfFilled): void {
    this.pieces += pieces;
  }
  @On(ShelfTaken) protected onTaken({ basketId, pieces }: ShelfTaken): void {
    this.pieces -= pieces;
    this.taken.set(basketId, pieces);
  }
  @On(ShelfReturned) protected onReturned({ basketId }: ShelfReturned): void {
    this.pieces += this.taken.get(basketId) ?? 0;
    this.taken.delete(basketId);
  }
}

@Event('purse.opened')
export class PurseOpened {
  constructor(readonly money: number) {}
}
@Event('purse.drawn')
export class PurseDrawn {
  constructor(readonly amount: number) {}
}
@Event('purse.filled')
export class PurseFilled {
  constructor(readonly amount: number) {}
}

@Aggregate('purse')
export class Purse extends AggregateRoot<PurseOpened | PurseDrawn | PurseFilled> {
  money = 0;
  private drawn = 0;

  draw(amount: number): void {
    if (amount > this.money) throw new Rejection('money.short', `${amount} is too much`);
    this.apply(new PurseDrawn(amount));
  }
  giveBack(): void {
    if (this.drawn > 0) this.apply(new PurseFilled(this.drawn));
  }
  @On(PurseOpened) protected onOpened({ money }: PurseOpened): void {
    this.money = money;
  }
  @On(PurseDrawn) protected onDrawn({ amount }: PurseDrawn): void {
    this.money -= amount;
    this.drawn += amount;
  }
  @On(PurseFilled) protected onFilled({ amount }: PurseFilled): void {
    this.money += amount;
    this.drawn -= amount;
  }
}

export interface PurchaseWorld {
  readonly shop: MemoryService;
  readonly stock: MemoryService;
  readonly bank: MemoryService;
  readonly ground: ScenarioGround;
  readonly began: number;
}

export interface PurchaseRun {
  readonly name: string;
  readonly pieces: number;
  readonly price: number;
  /** So long after the beginning the stock is away, in milliseconds. @default 0 */
  readonly stockAwayMs?: number;
  /** @default as it is */
  readonly stockWithout?: 'inbox';
  /** Processes of the shop. @default 1 */
  readonly shops?: number;
  /** How it is to end, whoever dies. */
  readonly ends: Readonly<Record<string, unknown>>;
}

export const PURCHASE_RUNS = [
  { name: 'completed', pieces: 3, price: 10, ends: { saga: 'completed', status: 'confirmed', pieces: 7, money: 70 } },
  { name: 'refused', pieces: 3, price: 100, ends: { saga: 'compensated', status: 'refused', pieces: 10, money: 100 } },
  {
    name: 'not answered in time',
    ...{ pieces: 3, price: 10, stockAwayMs: 8_000 },
    ends: { saga: 'compensated', status: 'refused', pieces: 10, money: 100 },
  },
] as const satisfies readonly PurchaseRun[];

const BASKET = 'b-1';

// #region scenario
export function purchaseScenario(run: PurchaseRun): CrashScenario<PurchaseWorld> {
  const { pieces, price, stockAwayMs = 0, stockWithout, shops = 1 } = run;
  const names = Array.from({ length: shops }, (_, index) => (index === 0 ? 'shop' : `shop-${index + 1}`));
  return {
    name: run.name,
    storage: (ground) => openWorld(ground, stockWithout),
    processes: {
      ...Object.fromEntries(names.map((name) => [name, startShop])),
      stock: (process, { stock, began }) => {
        void startLater(process, began + stockAwayMs, () => startMemoryService(process, stock, { commands: stockCommands }));
      },
      bank: (process, { bank }) => startMemoryService(process, bank, { commands: bankCommands }),
    },
    begin: async ({ shop, stock, bank }) => {
      const placed = new BasketPlaced(BASKET, pieces, price);
      await stock.given(StoredShelf, 'one', new ShelfFilled(10));
      await bank.given(Purse, BASKET, new PurseOpened(100));
      await shop.given(Basket, BASKET, placed);
      await shop.tell(placed, BASKET);
    },
    isOver: async ({ shop, stock }) => {
      const [saga] = await shop.sagas.list({}, { limit: 1 });
      if (saga?.endedAt === undefined || (await stock.outbox.progress()).unsent > 0) return false;
      return (await shop.repository(Basket).load(BASKET)).status !== 'placed';
    },
    endState: endStateOf,
    effects: async ({ shop, stock, bank }) => [...(await shop.stored()), ...(await stock.stored()), ...(await bank.stored())],
  };
}

function startShop(process: MortalProcess, { shop }: PurchaseWorld): Promise<void> {
  return startMemoryService(process, shop, { sagas: [Purchase], commands: shopCommands });
}
// #endregion

function openWorld(ground: ScenarioGround, stockWithout: PurchaseRun['stockWithout']): PurchaseWorld {
  const { clock } = ground;
  const log = new MemoryLog(clock);
  const service = (name: string): MemoryService => new MemoryService({ name, log, ...ground });
  const world = { shop: service('shop'), stock: service('stock'), bank: service('bank'), ground, began: clock.now() };
  if (stockWithout === 'inbox') world.stock.committer.register(forgetful(world.stock));
  return world;
}

/** Positive control: marks are taken and not kept, so a command that comes again is handled again. */
function forgetful({ inbox }: MemoryService) {
  const [mark] = inbox.writers;
  Object.assign(inbox, { handled: async () => new Set<string>() });
  return { kind: mark?.kind ?? '', apply: () => ({ result: undefined, undo: () => undefined }) };
}

async function startLater(process: MortalProcess, at: number, start: () => Promise<void>): Promise<void> {
  const { clock } = process;
  if (at > clock.now()) await clock.sleep(at - clock.now());
  await start();
}

function shopCommands({ repository }: HandlerGround) {
  const baskets = repository(Basket);
  return [handles(ConfirmBasket, new ConfirmBasketHandler(baskets)), handles(RefuseBasket, new RefuseBasketHandler(baskets))];
}

// #region handlers
function stockCommands({ repository }: HandlerGround) {
  const shelves = repository(StoredShelf);
  return [
    handles(TakePieces, {
      execute: async ({ basketId, pieces }) => {
        await shelves.update('one', (shelf) => shelf.take(basketId, pieces));
        return { place: `shelf-${pieces}` };
      },
    }),
    handles(ReturnPieces, { execute: ({ basketId }) => shelves.update('one', (shelf) => shelf.return(basketId)) }),
  ];
}
// #endregion

function bankCommands({ repository }: HandlerGround) {
  const purses = repository(Purse);
  return [
    handles(TakeMoney, {
      execute: async ({ basketId, amount }) => {
        await purses.update(basketId, (purse) => purse.draw(amount));
        return { receipt: amount };
      },
    }),
    handles(ReturnMoney, { execute: ({ basketId }) => purses.update(basketId, (purse) => purse.giveBack()) }),
  ];
}

async function endStateOf({ shop, stock, bank }: PurchaseWorld) {
  const [saga] = await shop.sagas.list({}, { limit: 2 });
  const { status, reason } = await shop.repository(Basket).load(BASKET);
  const { pieces } = await stock.repository(StoredShelf).load('one');
  const { money } = await bank.repository(Purse).load(BASKET);
  return { saga: saga?.instance.phase, state: saga?.instance.state as unknown, status, reason, pieces, money };
}
