import { randomUUID } from 'node:crypto';
import { UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { until } from '@minos/common/testing';
import { Outbox, ParkedKeys } from '@minos/messaging';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { OrderModule } from '../order.module.js';

let shop: TestingApp;
beforeEach(async () => {
  shop = await createTestingApp(OrderModule);
});
afterEach(() => shop.close());

it('what only the checkout may do is no command for others', async () => {
  const orderId = randomUUID();
  await shop.http.post('/orders', { orderId, accountId: randomUUID(), lines: [{ sku: 'mug', quantity: 1 }] });
  const send = (type: string, data: object): Promise<unknown> =>
    shop
      .get<UnitOfWork>(UNIT_OF_WORK)
      .run((unit) => shop.get(Outbox).enlist(unit, { channel: 'order.commands', key: type, type, data: { orderId, ...data } }));
  await send('order.price', { total: 0 });
  await send('order.confirm', {});
  const keys = shop.get(ParkedKeys);
  const parked = await until(async () => ((await keys.list()).length === 2 ? keys.list() : undefined), 'both to be parked', 15_000);
  expect(parked.map(({ cause }) => cause?.code)).toEqual(['COMMAND_NOT_HANDLED', 'COMMAND_NOT_HANDLED']);
  expect((await shop.http.get(`/orders/${orderId}`)).body).toMatchObject({ total: null, version: 1 });
});
