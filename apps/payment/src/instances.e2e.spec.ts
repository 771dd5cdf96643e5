import { randomInt, randomUUID } from 'node:crypto';
import { isRejection } from '@minos/common';
import { CommandBus } from '@minos/cqrs';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { CaptureMoney, HoldMoney, ReleaseMoney } from '@shop/contracts';
import { PaymentModule } from './payment.module.js';
import type { AccountView } from './queries/get-account.query.js';

const DEPOSIT = 3_000;
const ORDERS = 120;

interface Order {
  readonly id: string;
  readonly accountId: string;
  readonly amount: number;
}

describe('the payment service on two instances', () => {
  let database: TestDatabase;
  let instances: TestingApp[];
  let accounts: string[];

  const start = (): Promise<TestingApp> =>
    createTestingApp(PaymentModule, {
      storage: 'postgres',
      // A machine that is busy is no database that has no time: whoever waits for a connection gets one.
      database: { url: database.url, acquireTimeout: '1m', connectTimeout: '1m' },
      messaging: { run: false },
    });
  const instance = (number: number): TestingApp => instances[number % instances.length] as TestingApp;
  const execute = (number: number, command: HoldMoney | ReleaseMoney | CaptureMoney): Promise<unknown> =>
    instance(number).get(CommandBus).execute(command);
  const read = async (accountId: string): Promise<AccountView> => (await instance(0).http.get<AccountView>(`/accounts/${accountId}`)).body;

  beforeAll(async () => {
    database = await createTestDatabase();
    instances = await Promise.all([start(), start()]);
  });

  beforeEach(async () => {
    accounts = [randomUUID(), randomUUID()];
    for (const accountId of accounts) {
      await instance(0).http.post('/accounts', { accountId });
      await instance(1).http.post(`/accounts/${accountId}/deposits`, { amount: DEPOSIT });
    }
  });

  afterAll(async () => {
    await Promise.all(instances.map((one) => one.close()));
    await database.drop();
  });

  it('spend no money twice and lose none, however many orders two accounts pay at once', async () => {
    const orders = Array.from({ length: ORDERS }, (_, number) => ({
      id: randomUUID(),
      accountId: accounts[number % 2] as string,
      amount: randomInt(1, 101),
    }));
    const asked = await Promise.allSettled(
      orders.map((one, number) => execute(number >> 1, new HoldMoney(one.id, one.accountId, one.amount))),
    );
    for (const outcome of asked) if (outcome.status === 'rejected') expect(isRejection(outcome.reason, 'payment.declined')).toBe(true);
    const held = orders.filter((_, index) => asked[index]?.status === 'fulfilled');
    for (const accountId of accounts) {
      const sum = sumOf(held, accountId);
      expect(await read(accountId)).toMatchObject({ balance: DEPOSIT - sum, held: sum, captured: 0 });
    }

    // Each payment ends, some are asked twice and at once, on either instance.
    const captured = held.filter((_, index) => index % 2 === 0);
    await Promise.all(
      held.flatMap(({ id, accountId }, index) => {
        const command = index % 2 === 0 ? new CaptureMoney(id, accountId) : new ReleaseMoney(id, accountId);
        return [execute(index, command), ...(index % 5 === 0 ? [execute(index + 1, command)] : [])];
      }),
    );
    for (const accountId of accounts) {
      const sum = sumOf(captured, accountId);
      expect(await read(accountId)).toMatchObject({ balance: DEPOSIT - sum, held: 0, captured: sum });
    }
  });

  it('let a release and a hold of one order, which meet, leave nothing held', async () => {
    const [accountId] = accounts as [string];
    for (let round = 0; round < 20; round++) {
      const orderId = randomUUID();
      const [hold, release] = await Promise.allSettled([
        execute(round, new HoldMoney(orderId, accountId, 10)),
        execute(round + 1, new ReleaseMoney(orderId, accountId)),
      ]);
      if (hold.status === 'rejected') expect(isRejection(hold.reason, 'payment.declined')).toBe(true);
      expect(release.status).toBe('fulfilled');
      expect(await read(accountId)).toMatchObject({ balance: DEPOSIT, held: 0, captured: 0 });
    }
  });

  it('answer one order that is held on both at once with one hold', async () => {
    const [accountId] = accounts as [string];
    for (let round = 0; round < 10; round++) {
      const command = new HoldMoney(randomUUID(), accountId, 10);
      expect(await Promise.all([execute(0, command), execute(1, command)])).toEqual([{ held: 10 }, { held: 10 }]);
    }
    expect(await read(accountId)).toMatchObject({ balance: DEPOSIT - 100, held: 100 });
  });
});

function sumOf(orders: readonly Order[], accountId: string): number {
  return orders.reduce((sum, one) => sum + (one.accountId === accountId ? one.amount : 0), 0);
}
