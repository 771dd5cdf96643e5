import { DependencyFailedError } from '@minos/common';
import type { RefusedChange, Refusal, Verdict } from '../contracts/change-writer.js';
import type { SqlExecutor } from '../contracts/executor.js';
import type { BatchAnswer } from './batch-statement.js';
import { RowRefusedError, UnitPartlyStoredError } from './commit.errors.js';
import type { PendingUnit } from './pending-unit.js';
import type { ChangeWriterRegistry } from './writer-registry.js';

/** What the statement said of one unit. */
interface UnitAnswer {
  readonly unit: PendingUnit;
  readonly results: unknown[];
  readonly refusals: Map<number, Refusal>;
}

/** Turns what a batch statement returned into one outcome per unit. */
export class BatchVerdicts {
  constructor(
    private readonly writers: ChangeWriterRegistry,
    private readonly sql: SqlExecutor,
  ) {}

  /** Settles every unit of a batch whose transaction has committed. */
  async deliver(batch: readonly PendingUnit[], said: BatchAnswer | undefined, refused: readonly RefusedChange[]): Promise<void> {
    const answers = collectAnswers(batch, said, refused);
    const failed = new Set<string>();
    const losers: (() => Promise<void>)[] = [];
    for (const answer of answers) {
      const lost = answer.unit.request.standsOn.find((id) => failed.has(id));
      if (answer.refusals.size === 0 && lost === undefined) {
        answer.unit.resolve(answer.results);
        continue;
      }
      failed.add(answer.unit.id);
      losers.push(() => this.settleRefused(answer, lost).catch((error: unknown) => answer.unit.reject(error)));
    }
    // What was stored is told before anything is asked of the database, which may fail.
    for (const settle of losers) await settle();
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

  private async settleRefused({ unit, refusals }: UnitAnswer, lost: string | undefined): Promise<void> {
    if (lost !== undefined) return unit.reject(new DependencyFailedError(unit.id, lost));
    for (const [ordinal, refusal] of refusals) {
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

function collectAnswers(batch: readonly PendingUnit[], said: BatchAnswer | undefined, refused: readonly RefusedChange[]): UnitAnswer[] {
  const answers = batch.map((unit): UnitAnswer => ({ unit, results: unit.request.changes.map(() => undefined), refusals: new Map() }));
  const refuse = (unit: number, ordinal: number, refusal: Refusal): unknown => answers[unit]?.refusals.set(ordinal, refusal);
  for (const { unit, ordinal, reason, detail } of refused) refuse(unit, ordinal, { reason, detail });
  for (const [unit, ordinal, reason, detail] of listed(said?.checks)) refuse(unit, ordinal, { reason, detail });
  for (const [unit, ordinal, result] of listed(said?.writes)) {
    const answer = answers[unit];
    if (answer) answer.results[ordinal] = result;
  }
  return answers;
}

/** What all functions listed; null is an empty list. */
function listed<T>(lists: readonly (readonly T[] | null)[] = []): readonly T[] {
  return lists.flatMap((list) => list ?? []);
}
