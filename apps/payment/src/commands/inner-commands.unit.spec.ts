import { randomUUID } from 'node:crypto';
import { UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { until } from '@minos/common/testing';
import { Outbox, ParkedKeys } from '@minos/messaging';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { PaymentModule } from '../payment.module.js';

let bank: TestingApp;
beforeEach(async () => {
  bank = await createTestingApp(PaymentModule);
});
afterEach(() => bank.close());

it('money comes in over HTTP alone: to deposit is no command for others', async () => {
  const accountId = randomUUID();
  await bank.http.post('/accounts', { accountId });
  const message = { channel: 'payment.commands', key: accountId, type: 'account.deposit', data: { accountId, amount: 1_000_000 } };
  await bank.get<UnitOfWork>(UNIT_OF_WORK).run((unit) => bank.get(Outbox).enlist(unit, message));
  const keys = bank.get(ParkedKeys);
  const parked = await until(async () => ((await keys.list()).length === 1 ? keys.list() : undefined), 'it to be parked', 15_000);
  expect(parked).toMatchObject([{ cause: { code: 'COMMAND_NOT_HANDLED' } }]);
  expect((await bank.http.get(`/accounts/${accountId}`)).body).toMatchObject({ balance: 0, version: 1 });
});
