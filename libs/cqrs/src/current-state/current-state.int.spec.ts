import { consistencyToken, Event } from '@minos/common';
import { until } from '@minos/common/testing';
import { Aggregate, AggregateFolder, AggregateRoot, On, streamName, upcast, type Upcaster } from '@minos/event-sourcing';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { DATABASE, type Database } from '@minos/postgres';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { Module, type Type } from '@nestjs/common';
import { Projections } from '../projection/projections.js';
import { AggregateQueries } from './aggregate-queries.js';
import { Basket, BasketFilled, BasketLookedAt, BasketOpened, BasketThrownAway, baskets, Shelf, Shop } from './basket-kit.js';
import { getAggregateQueriesToken, Queryable } from './queryable.decorator.js';

/** The basket of a later release: it counts, too. */
@Queryable<CountingBasket>({ view: 'basket_state', indexes: [['count']] })
@Aggregate('basket', { stateVersion: 2 })
class CountingBasket extends AggregateRoot {
  count = 0;
  @On(BasketFilled) protected filled(): void {
    this.count++;
  }
}

@Event('crate.packed', { version: 2 })
class CratePacked {
  constructor(readonly item: string) {}
}
@Event('crate.sealed')
class CrateSealed {
  constructor(readonly by: string) {}
}
@Queryable<Crate>()
@Aggregate('crate')
class Crate extends AggregateRoot {
  items: readonly string[] = [];
  sealedBy = '';
  @On(CratePacked) protected packed({ item }: CratePacked): void {
    this.items = [...this.items, item];
  }
  @On(CrateSealed) protected sealed({ by }: CrateSealed): void {
    this.sealedBy = by;
  }
}
/** Packing once sealed, too. */
const SPLIT = upcast('crate.packed', 1).into({ 'crate.packed': 2, 'crate.sealed': 1 }, ({ item }) => ({
  'crate.packed': { item: item ?? '' },
  'crate.sealed': { by: 'packer' },
}));

const MESSAGES = [BasketOpened, BasketFilled, BasketLookedAt, BasketThrownAway];

function shop(aggregates: readonly Type<AggregateRoot>[], providers: readonly Type[], upcasters: readonly Upcaster[] = []): Type {
  @Module({
    imports: [
      MinosModule.forRoot({ service: 'shop', database: { name: 'shop' } }),
      MinosModule.forFeature({ aggregates, messages: MESSAGES, upcasters }),
    ],
    providers: [...providers],
  })
  class ShopModule {}
  return ShopModule;
}
const SHOP = shop([Basket, Shelf], [Shop]);

describe('current-state queries on PostgreSQL', () => {
  let database: TestDatabase;
  const apps: TestingApp[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(apps.splice(0).map((app) => app.close()));
    await database.drop();
  });

  const start = async (module: Type = SHOP): Promise<TestingApp> => {
    const app = await createTestingApp(module, { storage: 'postgres', database: { url: database.url } });
    apps.push(app);
    return app;
  };
  const built = (app: TestingApp): Promise<unknown> =>
    until(
      async () => {
        const statuses = await app.get<Projections>(Projections).statuses();
        return statuses.every(({ state, lagEvents }) => lagEvents === 0 && (state === 'idle' || state === 'standby'));
      },
      'everything folded',
      60_000,
    );
  const mark = (stream: string, version: number) => ({
    atLeast: consistencyToken({ service: 'shop', stream, version }),
    within: '60s' as const,
  });

  it('are the fold of every stream, whichever instance keeps them, and whatever it remembers', async () => {
    const [first, second] = [await start(), await start()];
    const shopping = second.get<Shop>(Shop);
    const ids = Array.from({ length: 30 }, (_, n) => `b${n}`);
    await Promise.all(ids.map((id, n) => shopping.open(id, `owner-${n % 3}`, ['mug', n])));
    await Promise.all(ids.map((id) => shopping.fill(id, 'pot', 10)));
    for (const id of ids) await shopping.baskets.get(id, mark(`basket-${id}`, 3));
    await apps.shift()?.close();
    expect(first).toBeDefined();
    const whole = jest.spyOn(AggregateFolder.prototype, 'at');
    await Promise.all(ids.map((id) => shopping.fill(id, 'pan', 100)));
    for (const id of ids) {
      const loaded = await shopping.basketRepository.load(id);
      const { owner, total, skus } = loaded;
      expect(await shopping.baskets.get(id, mark(`basket-${id}`, 4))).toEqual({ owner, total, skus, aggregateId: id, aggregateVersion: 4 });
    }
    expect(whole).not.toHaveBeenCalled();
    expect(await shopping.baskets.count(baskets.and(baskets.eq('owner', 'owner-1'), baskets.gte('total', 120)))).toBe(7);
  });

  it('are the same when they are folded again over what is there', async () => {
    const app = await start();
    const shopping = app.get<Shop>(Shop);
    for (let n = 0; n < 5; n++) await shopping.open(`b${n}`, 'ann', ['mug', n], ['pot', 1]);
    await shopping.shelfRepository.create('s', (shelf) => shelf.apply(new BasketOpened('ann')));
    await shopping.shelfRepository.update('s', (shelf) => shelf.apply(new BasketFilled('mug', 1)));
    await built(app);
    const before = [await shopping.baskets.find(), await shopping.shelves.find()];
    await app.get<Database>(DATABASE).query(`delete from minos.checkpoints where subscription like 'projection:%'`);
    await apps.shift()?.close();
    const again = await start();
    await built(again);
    expect([await again.get<Shop>(Shop).baskets.find(), await again.get<Shop>(Shop).shelves.find()]).toEqual(before);
  });

  it('are built anew with the version of the state, beside the old ones', async () => {
    const old = await start();
    const shopping = old.get<Shop>(Shop);
    await shopping.open('b1', 'ann', ['mug', 1], ['pot', 2]);
    await built(old);
    const fresh = await start(shop([CountingBasket], []));
    const counting = fresh.get<AggregateQueries<CountingBasket>>(getAggregateQueriesToken(CountingBasket));
    expect(await counting.get('b1', mark('basket-b1', 3))).toEqual({ count: 2, aggregateId: 'b1', aggregateVersion: 3 });
    await shopping.fill('b1', 'pan', 3);
    expect(await counting.get('b1', mark('basket-b1', 4))).toMatchObject({ count: 3 });
    expect(await shopping.baskets.get('b1', mark('basket-b1', 4))).toMatchObject({ total: 6 });
  });

  it('take old events as their upcasters make them, also where one becomes several', async () => {
    const app = await start(shop([Crate], [], [SPLIT]));
    const crates = app.get<AggregateQueries<Crate>>(getAggregateQueriesToken(Crate));
    const append = (schemaVersion: number, item: string): Promise<unknown> =>
      app.events.append(streamName('crate', 'c'), [{ type: 'crate.packed', schemaVersion, data: { item } }], { expectedVersion: 'any' });
    await append(1, 'mug');
    await append(2, 'pan');
    expect(await crates.get('c', mark('crate-c', 2))).toEqual({
      items: ['mug', 'pan'],
      sealedBy: 'packer',
      aggregateId: 'c',
      aggregateVersion: 2,
    });
  });

  it('lose the rows of deleted aggregates from sight at once, and from the table with the next event or start', async () => {
    const app = await start();
    const shopping = app.get<Shop>(Shop);
    for (const id of ['b1', 'b2', 'b3']) await shopping.open(id, 'ann');
    await built(app);
    await shopping.basketRepository.delete('b1');
    expect([await shopping.baskets.get('b1'), await shopping.baskets.count()]).toEqual([undefined, 2]);
    await shopping.basketRepository.delete('b2', (basket) => basket.apply(new BasketThrownAway()));
    const stored = async (): Promise<unknown[]> =>
      (await app.get<Database>(DATABASE).query('select key from minos_views.basket_state_v1 order by key')).rows;
    await until(async () => (await stored()).length === 2, 'the row of b2 to go');
    await start();
    expect(await stored()).toEqual([{ key: 'b3' }]);
  });
});
