import { sagaStoreContract } from '../testing/saga-store.contract.js';
import { openTestingSagas } from './saga-store-kit.js';

const PASS = `
with s as (update minos.sagas set wake_at = wake_at - $1::float8 * interval '1 millisecond', started_at = started_at - $1::float8 * interval '1 millisecond',
  changed_at = changed_at - $1::float8 * interval '1 millisecond', ended_at = ended_at - $1::float8 * interval '1 millisecond')
update minos.saga_journal set at = at - $1::float8 * interval '1 millisecond'`;

describe('sagas in PostgreSQL', () => {
  let opened: Awaited<ReturnType<typeof openTestingSagas>>;
  beforeAll(async () => void (opened = await openTestingSagas()));
  afterAll(() => opened.close());

  sagaStoreContract('PostgresSagaStore', async () => {
    const { database, store, unitOfWork } = opened;
    await database.query('truncate minos.sagas, minos.saga_journal, minos.saga_mail');
    return {
      store,
      unitOfWork,
      now: async () => Math.floor((await store.claimDue([], 1, 1)).now),
      pass: async (milliseconds) => void (await database.query(PASS, [milliseconds])),
    };
  });
});
