import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { Module, type Type } from '@nestjs/common';
import type { SagaStore } from './contracts/saga-store.js';
import {
  Basket,
  ConfirmBasketHandler,
  Counter,
  PatientPurchase,
  RefuseBasketHandler,
  ReturnMoney,
  ReturnMoneyHandler,
  ReturnPieces,
  ReturnPiecesHandler,
  Shelf,
  TakeMoney,
  TakeMoneyHandler,
  TakePieces,
  TakePiecesHandler,
} from './linear-saga-kit.js';
import { SAGA_STORE } from './module/tokens.js';

@Module({
  imports: [
    MinosModule.forRoot({ service: 'shop' }),
    MinosModule.forFeature({
      aggregates: [Basket],
      messages: [TakePieces, ReturnPieces, TakeMoney, ReturnMoney],
      sagas: [PatientPurchase],
    }),
  ],
  providers: [ConfirmBasketHandler, RefuseBasketHandler, Counter],
})
class ShopModule {}

@Module({ imports: [MinosModule.forRoot({ service: 'stock' })], providers: [Shelf, TakePiecesHandler, ReturnPiecesHandler] })
class StockModule {}

@Module({ imports: [MinosModule.forRoot({ service: 'bank' })], providers: [Shelf, TakeMoneyHandler, ReturnMoneyHandler] })
class BankModule {}

describe('a linear saga over three services on PostgreSQL', () => {
  const databases: TestDatabase[] = [];
  const apps: TestingApp[] = [];
  let broker: TestDatabase;

  const database = async (): Promise<TestDatabase> => {
    const made = await createTestDatabase();
    databases.push(made);
    return made;
  };
  /** An instance of a service; several may share its database. */
  const start = async (module: Type, { url }: TestDatabase): Promise<TestingApp> => {
    const app = await createTestingApp(module, {
      ...{ storage: 'postgres', database: { url } },
      messaging: { broker: { kind: 'postgres', url: broker.url } },
    });
    apps.push(app);
    return app;
  };

  let shop: TestingApp;
  let stock: TestingApp;
  let bank: TestingApp;
  beforeAll(async () => {
    broker = await database();
    shop = await start(ShopModule, await database());
    stock = await start(StockModule, await database());
    bank = await start(BankModule, await database());
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await Promise.all(databases.map((one) => one.drop()));
  });

  const buy = async (basketId: string, pieces: number, price: number): Promise<Basket> => {
    const { baskets } = shop.get<Counter>(Counter);
    await baskets.create(basketId, (basket) => basket.place(basketId, pieces, price));
    const ended = async (): Promise<boolean> => ['confirmed', 'refused'].includes((await baskets.load(basketId)).status);
    await until(ended, `the end of the saga of ${basketId}`, 120_000);
    await shop.settled();
    return baskets.load(basketId);
  };
  const store = (): SagaStore => shop.get<SagaStore>(SAGA_STORE);

  it('goes through its steps to the end', async () => {
    expect((await buy('b-1', 3, 10)).status).toBe('confirmed');
    const [{ instance } = { instance: undefined }] = await store().list({ status: 'completed' }, { limit: 1 });
    expect(instance).toMatchObject({ phase: 'completed', state: { basketId: 'b-1', place: 'shelf-3', receipt: 30 } });
    expect((await store().journal(instance?.id ?? '', 0, 100)).map(({ kind, step = '' }) => `${kind} ${step}`.trim())).toEqual([
      'started',
      'sent take-pieces',
      'replied take-pieces',
      'sent take-money',
      'replied take-money',
      'replied confirm',
      'completed',
    ]);
  });

  it('takes back what was done, and ends compensated', async () => {
    expect(await buy('b-2', 5, 30)).toMatchObject({ status: 'refused', reason: '150 is too much' });
    expect(stock.get<Shelf>(Shelf)).toMatchObject({ pieces: 7, log: ['take 3', 'take 5', 'return shelf-5'] });
    expect(bank.get<Shelf>(Shelf).log).toEqual(['money 30', 'money 150']);
    expect(await store().progress()).toEqual({ running: 0, compensating: 0, parked: 0, overdueSeconds: 0 });
  });

  it('goes on with many at once', async () => {
    stock.get<Shelf>(Shelf).pieces = 1_000;
    const ends = await Promise.all(Array.from({ length: 40 }, (_, n) => buy(`many-${n}`, 1, n % 4 === 0 ? 101 : 1)));
    expect(ends.filter(({ status }) => status === 'refused')).toHaveLength(10);
    expect(stock.get<Shelf>(Shelf).pieces).toBe(970);
    expect(await store().list({ status: 'running' }, { limit: 1 })).toEqual([]);
  });
});
