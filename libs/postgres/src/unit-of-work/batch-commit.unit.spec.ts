import { NO_CRASH_POINTS, SystemClock, type Change } from '@minos/common';
import type { ChangeWriter } from '../contracts/change-writer.js';
import type { Database } from '../database/database.js';
import { BatchCommit } from './batch-commit.js';
import { PendingUnit } from './pending-unit.js';
import { ChangeWriterRegistry } from './writer-registry.js';

/** Cannot read what its own function says. */
const CONFUSED: ChangeWriter<Change> = {
  kinds: ['test.confused'],
  order: 700,
  lockKeys: () => ['confused'],
  size: () => 1,
  plan: () => ({
    write: {
      name: 'write_confused',
      values: [],
      results: () => {
        throw new TypeError('not what I expected');
      },
    },
  }),
  judge: () => Promise.resolve(undefined),
  find: () => Promise.resolve('unknowable' as const),
};

it('does not send again what is stored where a writer cannot read the answer', async () => {
  let sent = 0;
  const database = {
    query: async () => {
      sent++;
      return { rows: [{ checks: [], writes: [null] }], rowCount: 1 };
    },
  } as unknown as Database;
  const writers = new ChangeWriterRegistry([CONFUSED]);
  const commit = new BatchCommit({ database, writers, clock: new SystemClock(), outcomeTimeoutMs: 100, crashPoints: NO_CRASH_POINTS });
  const units = ['one', 'two'].map(
    (unitId) => new PendingUnit({ unitId, tenant: '', changes: [{ kind: 'test.confused' }], standsOn: [] }, writers),
  );
  const settled = Promise.allSettled(units.map(({ outcome }) => outcome));
  expect(await commit.run(units)).toEqual([]);
  expect(await settled).toMatchObject([{ reason: { code: 'OUTCOME_UNKNOWN' } }, { reason: { code: 'OUTCOME_UNKNOWN' } }]);
  expect(sent).toBe(1);
});
