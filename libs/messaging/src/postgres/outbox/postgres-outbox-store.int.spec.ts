import { outboxStoreContract } from '../../testing/outbox-store.contract.js';
import { openTestingOutbox } from '../outbox-kit.js';

describe('PostgresOutboxStore', () => {
  let opened: Awaited<ReturnType<typeof openTestingOutbox>>;
  beforeAll(async () => {
    opened = await openTestingOutbox();
  });
  afterAll(() => opened.close());

  outboxStoreContract('PostgresOutboxStore', async () => {
    const { database, store, leases, unitOfWork } = opened;
    await database.query('truncate minos.outbox, minos.refused_keys, minos.leases');
    return {
      store,
      leases,
      unitOfWork,
      age: async (milliseconds) => {
        await database.query(`update minos.outbox set created_at = created_at - $1::float8 * interval '1 millisecond'`, [milliseconds]);
      },
    };
  });
});
