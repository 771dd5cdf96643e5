import type { Clock } from '@minos/common';
import { OutcomeUnknownError } from '@minos/common';
import type { SqlExecutor } from '../contracts/executor.js';
import type { Database } from '../database/database.js';
import type { PendingUnit } from './pending-unit.js';
import { lockOrder } from './lock-order.js';
import { LOCK_KEYS } from './unit-of-work.sql.js';
import type { ChangeWriterRegistry } from './writer-registry.js';

const PAUSE_MS = 50;

/**
 * Finds out whether a batch was committed whose connection broke before the answer.
 *
 * The lost transaction may still be running on the server. It holds the batch's lock keys, so taking the same keys again waits until it has ended, and
 * what can be read then is final.
 */
export class LostCommitResolver {
  constructor(
    private readonly database: Database,
    private readonly writers: ChangeWriterRegistry,
    private readonly clock: Clock,
    private readonly timeoutMs: number,
  ) {}

  /** Resolves units that are stored, rejects those whose fate stays unknown (`OUTCOME_UNKNOWN`), and returns those that are certainly not stored. */
  async resolve(batch: readonly PendingUnit[], cause: unknown): Promise<readonly PendingUnit[]> {
    const deadline = this.clock.monotonic() + this.timeoutMs;
    let lastError = cause;
    while (this.clock.monotonic() < deadline) {
      try {
        return await this.lookUp(batch, deadline);
      } catch (error) {
        lastError = error;
        await this.clock.sleep(PAUSE_MS);
      }
    }
    for (const unit of batch) unit.reject(new OutcomeUnknownError(unit.id, { cause: lastError }));
    return [];
  }

  private async lookUp(batch: readonly PendingUnit[], deadline: number): Promise<readonly PendingUnit[]> {
    const keys = lockOrder(batch.flatMap((unit) => unit.lockKeys));
    const patience = Math.max(1, Math.floor(deadline - this.clock.monotonic()));
    const found = await this.database.transaction(async (sql) => {
      await sql.query(LOCK_KEYS, [keys, patience]);
      const results = new Map<PendingUnit, readonly unknown[]>();
      for (const unit of batch) {
        const stored = await this.find(unit, sql);
        if (stored) results.set(unit, stored);
      }
      return results;
    });
    for (const [unit, results] of found) unit.resolve(results);
    return batch.filter((unit) => !found.has(unit));
  }

  /** Units commit whole, so one stored change proves all of them. A unit whose changes leave no trace counts as absent: doing it again changes nothing. */
  private async find(unit: PendingUnit, sql: SqlExecutor): Promise<readonly unknown[] | undefined> {
    const results: unknown[] = [];
    let stored = false;
    for (const change of unit.request.changes) {
      const found = await this.writers.writerOf(change).find(change, unit.request.tenant, sql);
      if (found === undefined) return undefined;
      stored ||= found !== 'unknowable';
      results.push(found === 'unknowable' ? undefined : found.result);
    }
    return stored ? results : undefined;
  }
}
