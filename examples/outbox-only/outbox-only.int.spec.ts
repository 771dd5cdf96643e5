import { createTestDatabase } from '@minos/postgres/testing';
import { orderAndHear } from './demonstration.js';

it('sends with the transactions of an application that has nothing else of the suite', async () => {
  const [database, broker] = [await createTestDatabase(), await createTestDatabase()];
  try {
    await expect(orderAndHear(database.url, broker.url)).resolves.toEqual(['order.placed', { orderId: 'o-1', total: 2500 }]);
  } finally {
    await database.drop();
    await broker.drop();
  }
});
