import {
  NO_CRASH_POINTS,
  REMEMBER_ANSWER,
  type CrashPoints,
  type IdempotencyScope,
  type IdempotencyStore,
  type RememberAnswer,
  type RememberedAnswer,
} from '@minos/common';
import type { SqlExecutor } from '../contracts/executor.js';
import { slotOf } from './idempotency-slot.js';
import { FIND_IDEMPOTENCY_KEY, PURGE_IDEMPOTENCY_KEYS } from './idempotency.sql.js';

const PURGE_BATCH = 5_000;

/** Answers in the table `minos.idempotency_keys`; {@link IdempotencyWriter} stores them. */
export class PostgresIdempotencyStore implements IdempotencyStore {
  constructor(
    private readonly sql: SqlExecutor,
    private readonly crashPoints: CrashPoints = NO_CRASH_POINTS,
  ) {}

  async find(scope: IdempotencyScope): Promise<RememberedAnswer | undefined> {
    await this.crashPoints.reach('idempotency.find.before');
    const { rows } = await this.sql.query<RememberedAnswer>(FIND_IDEMPOTENCY_KEY, [slotOf(scope)]);
    await this.crashPoints.reach('idempotency.find.after');
    return rows[0];
  }

  remember(scope: IdempotencyScope, answer: RememberedAnswer): RememberAnswer {
    return { kind: REMEMBER_ANSWER, scope, answer };
  }

  /** Deletes answers that have lapsed, in batches, and resolves with how many. Any number of processes may do it at once. */
  async purge(): Promise<number> {
    let purged = 0;
    for (;;) {
      const { rowCount } = await this.sql.query(PURGE_IDEMPOTENCY_KEYS, [PURGE_BATCH]);
      purged += rowCount;
      if (rowCount < PURGE_BATCH) return purged;
    }
  }
}
