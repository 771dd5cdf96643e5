import { randomUUID } from 'node:crypto';
import { CommandBus } from '@minos/cqrs';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { CaptureMoney, HoldMoney, ReleaseMoney } from '@shop/contracts';
import { PaymentModule } from '../../apps/payment/src/payment.module.js';
import { checkMoney, openAccounts } from './accounts.mjs';
import { HttpClient } from './http-client.mjs';

describe('the accounts of the demo', () => {
  let shop: TestingApp;
  let client: HttpClient;

  beforeAll(async () => {
    shop = await createTestingApp(PaymentModule);
    client = new HttpClient(shop.http.url, 4);
  });

  afterAll(async () => {
    client.close();
    await shop.close();
  });

  const execute = (command: HoldMoney | ReleaseMoney | CaptureMoney): Promise<unknown> => shop.get(CommandBus).execute(command);
  const hold = async (accountId: string, amount: number): Promise<string> => {
    const orderId = randomUUID();
    await execute(new HoldMoney(orderId, accountId, amount));
    return orderId;
  };
  const opened = async (count: number): Promise<{ deposits: Map<string, number>; first: string }> => {
    const { deposits } = await openAccounts(
      Array.from({ length: count }, () => client),
      { deposit: 500, limit: 400 },
    );
    return { deposits, first: [...deposits.keys()][0] as string };
  };

  it('are opened with money and a limit', async () => {
    const { deposits, first } = await opened(5);
    expect([...deposits.values()]).toEqual([500, 500, 500, 500, 500]);
    await expect(hold(first, 401)).rejects.toMatchObject({ code: 'payment.declined' });
    expect(await checkMoney(client, deposits)).toEqual({ accounts: 5, deposited: 2500, balance: 2500, held: 0, captured: 0, wrong: [] });
  });

  it('agree once everything held is captured or released, which is waited for', async () => {
    const { deposits, first } = await opened(2);
    const [kept, dropped] = [await hold(first, 100), await hold(first, 50)];
    const checked = checkMoney(client, deposits, { captured: new Map([[first, 100]]) });
    await execute(new CaptureMoney(kept, first));
    await execute(new ReleaseMoney(dropped, first));
    expect(await checked).toMatchObject({ deposited: 1000, balance: 900, held: 0, captured: 100, wrong: [] });
  });

  it('are wrong where money is held or missing, or another sum was captured', async () => {
    const { deposits, first } = await opened(2);
    expect((await checkMoney(client, new Map(deposits).set(first, 501))).wrong).toEqual([expect.stringContaining(first)]);
    const elsewhere = { captured: new Map([[first, 1]]), withinMs: 0 };
    expect((await checkMoney(client, deposits, elsewhere)).wrong).toEqual([expect.stringContaining(first)]);
    await hold(first, 100);
    expect(await checkMoney(client, deposits, { withinMs: 0 })).toMatchObject({ held: 100, wrong: [expect.stringContaining(first)] });
  });
});
