import { DependencyFailedError } from '@minos/common';
import type { Refusal, Verdict, WriteResult } from '../contracts/change-writer.js';
import type { SqlExecutor } from '../contracts/executor.js';
import type { BatchAnswer, BatchStatement } from './batch-statement.js';
import { RowRefusedError, UnitPartlyStoredError } from './commit.errors.js';
import type { PendingUnit } from './pending-unit.js';
import type { ChangeWriterRegistry } from './writer-registry.js';

interface RefusalAt {
  readonly ordinal: number;
  readonly refusal: Refusal;
}

/** Turns what a batch statement returned into one outcome per unit. */
export class BatchVerdicts {
  constructor(
    private readonly writers: ChangeWriterRegistry,
    private readonly sql: SqlExecutor,
  ) {}

  /** Settles every unit of a batch whose transaction has committed. */
  async deliver(batch: readonly PendingUnit[], said: BatchAnswer | undefined, statement: BatchStatement): Promise<void> {
    const refusals = refusalsOf(said, statement);
    const failed = failedUnits(batch, refusals);
    const results = resultsOf(batch, said, statement, failed);
    for (const [index, unit] of batch.entries()) {
      if (!failed.has(index)) unit.resolve(results[index] ?? []);
    }
    // What was stored is told before anything is asked of the database, which may fail.
    for (const [index, lost] of failed) {
      const unit = batch[index];
      if (!unit) continue;
      if (lost !== undefined) unit.reject(new DependencyFailedError(unit.id, lost));
      else await this.settleRefused(unit, refusals.get(index) ?? []).catch((error: unknown) => unit.reject(error));
    }
  }

  /** Settles one unit whose own transaction the database refused with an error. */
  async deliverDatabaseError(unit: PendingUnit, databaseError: Error): Promise<void> {
    for (const change of unit.request.changes) {
      const verdict = await this.judge(unit, change, { databaseError });
      if (!verdict) continue;
      if ('error' in verdict) return unit.reject(verdict.error);
      return this.settleRepetition(unit);
    }
    unit.reject(isRefusedRow(databaseError) ? new RowRefusedError(unit.id, databaseError) : databaseError);
  }

  private async settleRefused(unit: PendingUnit, refusals: readonly RefusalAt[]): Promise<void> {
    for (const { ordinal, refusal } of refusals) {
      const change = unit.request.changes[ordinal];
      const verdict = change && (await this.judge(unit, change, refusal));
      if (verdict && 'error' in verdict) return unit.reject(verdict.error);
    }
    return this.settleRepetition(unit);
  }

  /** Nothing of the unit was written because it is stored already: its results are those of the first time. */
  private async settleRepetition(unit: PendingUnit): Promise<void> {
    const { changes, tenant } = unit.request;
    const results: unknown[] = [];
    for (const change of changes) {
      const found = await this.writers.writerOf(change).find(change, tenant, this.sql);
      if (found === undefined) return unit.reject(new UnitPartlyStoredError(unit.id, change.kind));
      results.push(found === 'unknowable' ? undefined : found.result);
    }
    unit.resolve(results);
  }

  private judge(unit: PendingUnit, change: PendingUnit['request']['changes'][number], refusal: Refusal): Promise<Verdict | undefined> {
    return this.writers.writerOf(change).judge(change, refusal, unit.request.tenant, this.sql);
  }
}

/** Integrity constraint violations (class 23) and data exceptions (class 22). */
function isRefusedRow(error: Error & { code?: string }): boolean {
  return /^2[23]/.test(error.code ?? '');
}

/** What was refused, by the index of the unit in the batch. */
function refusalsOf(said: BatchAnswer | undefined, { refused }: BatchStatement): Map<number, RefusalAt[]> {
  const refusals = new Map<number, RefusalAt[]>();
  const refuse = (unit: number, ordinal: number, refusal: Refusal): void => {
    const known = refusals.get(unit);
    if (known) known.push({ ordinal, refusal });
    else refusals.set(unit, [{ ordinal, refusal }]);
  };
  for (const { unit, ordinal, reason, detail } of refused) refuse(unit, ordinal, { reason, detail });
  for (const list of said?.checks ?? [])
    for (const [unit, ordinal, reason, detail] of list ?? []) refuse(unit, ordinal, { reason, detail });
  return refusals;
}

/** The units of which nothing was written, with the id of the failed one that they stand on, if that is why. */
function failedUnits(batch: readonly PendingUnit[], refusals: ReadonlyMap<number, unknown>): Map<number, string | undefined> {
  const failed = new Map<number, string | undefined>();
  if (refusals.size === 0) return failed;
  const ids = new Set<string>();
  batch.forEach(({ id, request }, index) => {
    const lost = request.standsOn.find((previous) => ids.has(previous));
    if (lost === undefined && !refusals.has(index)) return;
    failed.set(index, lost);
    ids.add(id);
  });
  return failed;
}

/** By unit and ordinal; `undefined` where nothing was said. */
function resultsOf(
  batch: readonly PendingUnit[],
  said: BatchAnswer | undefined,
  { writes }: BatchStatement,
  failed: ReadonlyMap<number, unknown>,
): unknown[][] {
  const results = batch.map(({ request }) => new Array<unknown>(request.changes.length).fill(undefined));
  const units = new Set(failed.keys());
  writes.forEach((write, index) => {
    const answer = said?.writes[index];
    for (const [unit, ordinal, result] of write.results?.(answer, units) ?? ((answer ?? []) as readonly WriteResult[])) {
      const mine = results[unit];
      if (mine) mine[ordinal] = result;
    }
  });
  return results;
}
