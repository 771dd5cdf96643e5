// The outbox alone, without a container: an application's own transactions, a relay, and PostgreSQL as the broker.
import assert from 'node:assert/strict';
import { createDatabase, startPostgres } from '@minos/embedded-postgres';
import { orderAndHear } from './dist/outbox-only/demonstration.js';

const server = await startPostgres({ useDatabaseUrl: false, onProgress: console.log });
try {
  const heard = await orderAndHear(await createDatabase(server.url, 'legacy'), await createDatabase(server.url, 'broker'));
  assert.deepEqual(heard, ['order.placed', { orderId: 'o-1', total: 2500 }]);
} finally {
  await server.stop();
}
console.log('outbox without a container: ok');
