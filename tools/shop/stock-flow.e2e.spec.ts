import { createTestingSystem, type TestingSystem } from '@minos/nest/testing';
import { OrderModule } from '../../apps/order/src/order.module.js';
import { ProductModule } from '../../apps/product/src/product.module.js';
import { openAccount } from './open-account.js';
import { PaymentModule } from '../../apps/payment/src/payment.module.js';

interface ReadOrder {
  readonly status: string;
  readonly reason?: string;
  readonly total: number | null;
}

interface ReadProduct {
  readonly onHand: number;
  readonly reserved: number;
  readonly sold: number;
}

describe('order, product and payment together, over one broker in memory', () => {
  let system: TestingSystem<'order' | 'payment' | 'product'>;
  let accountId: string;

  beforeAll(async () => {
    // #region testing-system
    system = await createTestingSystem({ order: OrderModule, payment: PaymentModule, product: ProductModule });
    await system.apps.product.http.post('/products', { sku: 'mug', title: 'Mug', price: 1250, onHand: 10 });
    await system.settled();
    // #endregion
    accountId = await openAccount(system.apps.payment.http, 1_000_000);
  });

  afterAll(() => system.close());

  const place = async (quantity: number, sku = 'mug'): Promise<string> => {
    const body = { accountId, lines: [{ sku, quantity }] };
    return (await system.apps.order.http.post<{ orderId: string }>('/orders', body)).body.orderId;
  };
  const read = async (orderId: string): Promise<ReadOrder> => (await system.apps.order.http.get<ReadOrder>(`/orders/${orderId}`)).body;
  const ended = async (orderId: string): Promise<ReadOrder> => {
    await system.settled();
    return read(orderId);
  };
  const stock = async (): Promise<ReadProduct> => (await system.apps.product.http.get<ReadProduct>('/products/mug')).body;

  it('confirms an order at the price of the reservation, the pieces leave the house, and the money is taken', async () => {
    expect(await ended(await place(3))).toMatchObject({ status: 'confirmed', total: 3750 });
    expect(await stock()).toMatchObject({ onHand: 7, reserved: 0, sold: 3 });
    expect((await system.apps.payment.http.get(`/accounts/${accountId}`)).body).toMatchObject({
      balance: 996_250,
      held: 0,
      captured: 3750,
    });
  });

  it('rejects an order for more than there is, or for what there is not, with the reason', async () => {
    expect(await ended(await place(8))).toMatchObject({ status: 'rejected', reason: 'stock.insufficient', total: null });
    expect(await ended(await place(1, 'tea'))).toMatchObject({ status: 'rejected', reason: 'product.unknown' });
    expect(await stock()).toMatchObject({ onHand: 7, reserved: 0, sold: 3 });
  });

  it('holds nothing for an order that was cancelled, whether in time or too late', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => place(1)));
    const answers = await Promise.all(ids.map((id) => system.apps.order.http.post(`/orders/${id}/cancel`)));
    const states = await Promise.all(ids.map(ended));
    const sold = states.filter(({ status }) => status === 'confirmed').length;
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(sold);
    expect(await stock()).toMatchObject({ onHand: 7 - sold, reserved: 0, sold: 3 + sold });
  });

  it('says what is under way when the time is over', async () => {
    await place(1);
    await expect(system.settled({ timeout: 1 })).rejects.toThrow(/Not settled within 1 ms: .*(order|product)/);
    await system.settled();
  });
});
