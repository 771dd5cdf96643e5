import { sqlOf } from '@minos/postgres';
import { openStore, openTestingStore } from '../testing-store.js';
import { newStream, testEvent } from './commit-fault-kit.js';

describe('a database whose transactions are "repeatable read" by default', () => {
  let opened: Awaited<ReturnType<typeof openStore>>;
  let setUp: Awaited<ReturnType<typeof openTestingStore>>;
  beforeAll(async () => {
    setUp = await openTestingStore();
    const name = new URL(setUp.url).pathname.slice(1);
    await setUp.database.query(`alter database "${name}" set default_transaction_isolation = 'repeatable read'`);
    opened = await openStore(setUp.url);
  });
  afterAll(async () => {
    await opened.close();
    await setUp.close();
  });

  const append = () => opened.store.append(newStream(), [testEvent('one')], { expectedVersion: 'no-stream' });

  it('is refused for groups, because checks would look at what was before the locks', async () => {
    await expect(append()).rejects.toMatchObject({ code: 'MU001', message: expect.stringContaining('"repeatable read"') as string });
  });

  it('does not matter to a pinned unit, which says its level itself, and may not take another', async () => {
    await opened.unitOfWork.run(async (unit) => {
      await unit.pin();
      await append();
    });
    const stricter = opened.unitOfWork.run(async (unit) => {
      await sqlOf(unit).query('set transaction isolation level serializable');
      await append();
    });
    await expect(stricter).rejects.toMatchObject({ code: 'MU001' });
  });
});
