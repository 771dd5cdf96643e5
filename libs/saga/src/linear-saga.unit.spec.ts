import { until } from '@minos/common/testing';
import { MinosModule } from '@minos/nest';
import { createTestingSystem, type TestingSystem } from '@minos/nest/testing';
import { Module } from '@nestjs/common';
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

let system: TestingSystem<'shop' | 'stock' | 'bank'>;
beforeEach(async () => {
  system = await createTestingSystem({ shop: ShopModule, stock: StockModule, bank: BankModule });
});
afterEach(() => system.close());

async function buy(basketId: string, pieces: number, price: number): Promise<Basket> {
  const { baskets } = system.apps.shop.get<Counter>(Counter);
  await baskets.create(basketId, (basket) => basket.place(basketId, pieces, price));
  const store = system.apps.shop.get<SagaStore>(SAGA_STORE);
  const ended = async () => (await store.list({}, { limit: 1 }))[0]?.endedAt !== undefined;
  await until(ended, 'the saga to end', 10_000).catch(async (error: unknown) => {
    const [one] = await store.list({}, { limit: 1 });
    throw new Error(`${String(error)} ${JSON.stringify(one)} ${JSON.stringify(one && (await store.journal(one.instance.id, 0, 100)))}`);
  });
  await system.settled();
  return baskets.load(basketId);
}

it('goes through its steps to the end', async () => {
  expect((await buy('b-1', 3, 10)).status).toBe('confirmed');
  const store = system.apps.shop.get<SagaStore>(SAGA_STORE);
  const [{ instance } = { instance: undefined }] = await store.list({}, { limit: 1 });
  expect(instance).toMatchObject({ phase: 'completed', state: { basketId: 'b-1', place: 'shelf-3', receipt: 30 } });
  expect((await store.journal(instance?.id ?? '', 0, 100)).map(({ kind, step = '' }) => `${kind} ${step}`.trim())).toEqual([
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
  expect(await buy('b-1', 5, 30)).toMatchObject({ status: 'refused', reason: '150 is too much' });
  expect(system.apps.stock.get<Shelf>(Shelf)).toMatchObject({ pieces: 10, log: ['take 5', 'return shelf-5'] });
  expect(system.apps.bank.get<Shelf>(Shelf).log).toEqual(['money 150']);
});

it('has nothing to take back where the first step was refused', async () => {
  expect(await buy('b-1', 11, 1)).toMatchObject({ status: 'refused', reason: 'only 10 are there' });
  expect(system.apps.stock.get<Shelf>(Shelf).log).toEqual(['take 11']);
});
