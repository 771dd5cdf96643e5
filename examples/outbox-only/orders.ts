// #region outbox
import { TransactionOutbox } from '@minos/messaging';
import type { Client } from 'pg';

const outbox = new TransactionOutbox({ source: 'legacy-shop' });

/** A transaction as the application always had it; the message commits with its row, or not at all. */
export async function placeOrder(client: Client, orderId: string, total: number): Promise<void> {
  await client.query('begin');
  try {
    await client.query('insert into orders (id, total) values ($1, $2)', [orderId, total]);
    await outbox.add(client, { channel: 'legacy-shop.events', key: orderId, type: 'order.placed', data: { orderId, total } });
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
// #endregion
