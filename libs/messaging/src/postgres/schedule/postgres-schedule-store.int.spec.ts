import { cronStoreContract } from '../../testing/cron-store.contract.js';
import { scheduleStoreContract } from '../../testing/schedule-store.contract.js';
import { openTestingSchedules } from '../schedule-kit.js';

describe('schedules in PostgreSQL', () => {
  let opened: Awaited<ReturnType<typeof openTestingSchedules>>;
  beforeAll(async () => {
    opened = await openTestingSchedules();
  });
  afterAll(() => opened.close());

  scheduleStoreContract('PostgresScheduleStore', async () => {
    const { database, schedules: store, outbox, unitOfWork, crons } = opened;
    await database.query('truncate minos.outbox, minos.schedules');
    return {
      store,
      outbox,
      unitOfWork,
      now: async () => Math.floor((await crons.read([])).now),
      pass: async (milliseconds) => {
        await database.query(`update minos.schedules set due_at = due_at - $1::float8 * interval '1 millisecond'`, [milliseconds]);
      },
    };
  });

  cronStoreContract('PostgresCronStore', () => ({ store: opened.crons, unitOfWork: opened.unitOfWork }));
});
