import { EventEmitter, once } from 'node:events';
import { Client } from 'pg';
import { placeOrder } from './orders.js';
import { startRelay } from './relay.js';

/** Places one order in a database of the application's own and resolves with what the broker then carries: type and body. */
export async function orderAndHear(databaseUrl: string, brokerUrl: string): Promise<readonly [type: string, body: unknown]> {
  const { broker, close } = await startRelay(databaseUrl, brokerUrl);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const heard = new EventEmitter();
  const messages = async (
    batch: readonly { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array }[],
  ): Promise<void> => {
    for (const { headers, body } of batch) heard.emit('message', [headers['ce_type'], JSON.parse(Buffer.from(body).toString())]);
  };
  try {
    const { partitions } = await broker.describe('legacy-shop.events');
    for (const partition of partitions) await broker.follow({ partition, from: 'beginning', messages });
    await client.query('create table orders (id text primary key, total int not null)');
    const [[first]] = await Promise.all([
      once(heard, 'message', { signal: AbortSignal.timeout(60_000) }) as Promise<[readonly [string, unknown]]>,
      placeOrder(client, 'o-1', 2500),
    ]);
    return first;
  } finally {
    await client.end();
    await close();
  }
}
