import type { Clock, CrashPoints } from '@minos/common';
import { DependencyFailedError, isMinosError } from '@minos/common';
import type { Database } from '../database/database.js';
import { DatabaseUnavailableError } from '../database/database.errors.js';
import type { BatchRow } from './batch-statement.js';
import { BatchStatementBuilder } from './batch-statement.js';
import { BatchVerdicts } from './batch-verdicts.js';
import { LostCommitResolver } from './lost-commit.js';
import type { PendingUnit } from './pending-unit.js';
import type { ChangeWriterRegistry } from './writer-registry.js';

export interface BatchCommitOptions {
  readonly database: Database;
  readonly writers: ChangeWriterRegistry;
  readonly clock: Clock;
  readonly outcomeTimeoutMs: number;
  readonly crashPoints: CrashPoints;
}

/** Serialization failure and deadlock: the batch itself was all right and may be sent again. */
const TRANSIENT_STATES = new Set(['40001', '40P01']);
const MOST_SENDINGS = 4;

/** Commits one batch in one statement, and sees to it that each of its units gets exactly one outcome. */
export class BatchCommit {
  private readonly statements: BatchStatementBuilder;
  private readonly verdicts: BatchVerdicts;
  private readonly lostCommits: LostCommitResolver;

  constructor(private readonly options: BatchCommitOptions) {
    const { database, writers, clock, outcomeTimeoutMs } = options;
    this.statements = new BatchStatementBuilder(writers);
    this.verdicts = new BatchVerdicts(writers, database);
    this.lostCommits = new LostCommitResolver(database, writers, clock, outcomeTimeoutMs);
  }

  /** Returns the units that got no verdict and shall be sent again. Never rejects. */
  async run(batch: readonly PendingUnit[]): Promise<readonly PendingUnit[]> {
    try {
      await this.send(batch);
      return [];
    } catch (error) {
      return await this.afterError(batch, error);
    }
  }

  private async send(batch: readonly PendingUnit[]): Promise<void> {
    const { database, crashPoints } = this.options;
    for (const unit of batch) unit.sent++;
    const { statement, values, refused } = this.statements.build(batch);
    await crashPoints.reach('postgres.commit-batch.before');
    const { rows } = await database.query<BatchRow>(statement, values);
    await crashPoints.reach('postgres.commit-batch.after');
    await this.verdicts.deliver(batch, rows, refused);
  }

  private async afterError(batch: readonly PendingUnit[], error: unknown): Promise<readonly PendingUnit[]> {
    if (error instanceof DatabaseUnavailableError && error.phase !== 'connect') return this.afterLoss(batch, error);
    if (isMinosError(error)) return rejectAll(batch, error);
    if (isTransient(error)) return sendAgain(batch, error);
    if (batch.length > 1) return this.oneByOne(batch);
    const [unit] = batch;
    if (unit) await this.verdicts.deliverDatabaseError(unit, toError(error)).catch((failure: unknown) => unit.reject(failure));
    return [];
  }

  private async afterLoss(batch: readonly PendingUnit[], error: DatabaseUnavailableError): Promise<readonly PendingUnit[]> {
    return sendAgain(await this.lostCommits.resolve(batch, error), error);
  }

  /** A bad row has rolled everything back: each unit for itself, in order, so that only the one it belongs to fails. */
  private async oneByOne(batch: readonly PendingUnit[]): Promise<readonly PendingUnit[]> {
    const failed = new Set<string>();
    for (const [index, unit] of batch.entries()) {
      const lost = unit.request.standsOn.find((id) => failed.has(id));
      if (lost !== undefined) unit.reject(new DependencyFailedError(unit.id, lost));
      else if ((await this.run([unit])).length > 0) return batch.slice(index);
      if (unit.failed) failed.add(unit.id);
    }
    return [];
  }
}

function rejectAll(batch: readonly PendingUnit[], error: unknown): readonly PendingUnit[] {
  for (const unit of batch) unit.reject(error);
  return [];
}

function sendAgain(batch: readonly PendingUnit[], error: unknown): readonly PendingUnit[] {
  const open = batch.filter((unit) => !unit.settled);
  rejectAll(open.filter((unit) => unit.sent >= MOST_SENDINGS), error);
  return open.filter((unit) => !unit.settled);
}

function isTransient(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && TRANSIENT_STATES.has(code);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
