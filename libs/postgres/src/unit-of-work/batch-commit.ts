import type { Clock, CrashPoints } from '@minos/common';
import { DependencyFailedError, isMinosError, OutcomeUnknownError } from '@minos/common';
import { isTransient } from '../database/classify-error.js';
import type { Database } from '../database/database.js';
import { DatabaseUnavailableError } from '../database/database.errors.js';
import type { BatchAnswer, BatchStatement } from './batch-statement.js';
import { BatchStatementBuilder } from './batch-statement.js';
import { BatchVerdicts } from './batch-verdicts.js';
import { heldOf } from './blocked-units.js';
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

const MOST_SENDINGS = 4;
/** One held key may not hold up a whole batch for longer. */
const LOCK_PATIENCE_MS = 1_000;
const NO_LIMIT = 0;
const LOCK_NOT_AVAILABLE = '55P03';

/** Commits one batch in one statement, and sees to it that each of its units gets exactly one outcome. */
export class BatchCommit {
  private readonly statements: BatchStatementBuilder;
  private readonly verdicts: BatchVerdicts;
  private readonly lostCommits: LostCommitResolver;
  /** Statements that were sent, one transaction each. */
  transactions = 0;

  constructor(private readonly options: BatchCommitOptions) {
    const { database, writers, clock, outcomeTimeoutMs } = options;
    this.statements = new BatchStatementBuilder(writers);
    this.verdicts = new BatchVerdicts(writers, database);
    this.lostCommits = new LostCommitResolver(database, writers, clock, outcomeTimeoutMs);
  }

  /** Returns the units that got no verdict and shall be sent again, once they are not blocked any more. Never rejects. */
  async run(batch: readonly PendingUnit[], patienceMs = LOCK_PATIENCE_MS): Promise<readonly PendingUnit[]> {
    try {
      await this.send(batch, patienceMs);
      return [];
    } catch (error) {
      return await this.afterError(batch, error);
    }
  }

  private async send(batch: readonly PendingUnit[], patienceMs: number): Promise<void> {
    const { database, crashPoints } = this.options;
    for (const unit of batch) unit.sent++;
    const statement = this.statements.build(batch, patienceMs);
    this.transactions++;
    const before = crashPoints.reach('postgres.commit-batch.before');
    if (before) await before;
    const { rows } = await database.query<BatchAnswer>(statement.statement, statement.values);
    const after = crashPoints.reach('postgres.commit-batch.after');
    if (after) await after;
    await this.deliver(batch, rows[0], statement);
  }

  /** The batch is stored: whatever fails now, it may not be sent again. */
  private async deliver(batch: readonly PendingUnit[], said: BatchAnswer | undefined, statement: BatchStatement): Promise<void> {
    try {
      await this.verdicts.deliver(batch, said, statement);
    } catch (error) {
      for (const unit of batch) unit.reject(new OutcomeUnknownError(unit.id, { cause: error }));
    }
  }

  private async afterError(batch: readonly PendingUnit[], error: unknown): Promise<readonly PendingUnit[]> {
    if (error instanceof DatabaseUnavailableError && error.phase !== 'connect') return this.afterLoss(batch, error);
    if (isMinosError(error)) return rejectAll(batch, error);
    if (isTransient(error)) return sendAgain(batch, error);
    if ((error as { code?: unknown } | null)?.code === LOCK_NOT_AVAILABLE) return this.afterWait(batch);
    if (batch.length > 1) return this.inHalves(batch);
    const [unit] = batch;
    if (unit) await this.verdicts.deliverDatabaseError(unit, toError(error)).catch((failure: unknown) => unit.reject(failure));
    return [];
  }

  private async afterLoss(batch: readonly PendingUnit[], error: DatabaseUnavailableError): Promise<readonly PendingUnit[]> {
    return sendAgain(await this.lostCommits.resolve(batch, error), error);
  }

  /** Units whose keys are held wait for them in the queue. Where none is, it was another lock, which the unit that needs it waits for. */
  private async afterWait(batch: readonly PendingUnit[]): Promise<readonly PendingUnit[]> {
    const held = await heldOf(this.options.database, batch);
    if (held.size === 0) return batch.length > 1 ? this.inHalves(batch) : this.run(batch, NO_LIMIT);
    for (const unit of batch) {
      unit.sent--;
      unit.blocked = held.has(unit);
    }
    return batch;
  }

  /** A bad row has rolled everything back: in two halves, in order, and so on until it is alone, so that only the unit it belongs to fails. */
  private async inHalves(batch: readonly PendingUnit[]): Promise<readonly PendingUnit[]> {
    for (const unit of batch) unit.sent--;
    const middle = Math.ceil(batch.length / 2);
    const unsent = await this.run(batch.slice(0, middle));
    const rest = withoutOrphans(batch, middle);
    if (unsent.length > 0 || rest.length === 0) return [...unsent, ...rest];
    return this.run(rest);
  }
}

/** The units from `start` on; those that stand on a failed one fail with it. */
function withoutOrphans(batch: readonly PendingUnit[], start: number): readonly PendingUnit[] {
  const failed = new Set(batch.filter((unit) => unit.failed).map(({ id }) => id));
  return batch.slice(start).filter((unit) => {
    const lost = unit.request.standsOn.find((id) => failed.has(id));
    if (lost === undefined) return true;
    failed.add(unit.id);
    unit.reject(new DependencyFailedError(unit.id, lost));
    return false;
  });
}

function rejectAll(batch: readonly PendingUnit[], error: unknown): readonly PendingUnit[] {
  for (const unit of batch) unit.reject(error);
  return [];
}

function sendAgain(batch: readonly PendingUnit[], error: unknown): readonly PendingUnit[] {
  const open = batch.filter((unit) => !unit.settled);
  rejectAll(
    open.filter((unit) => unit.sent >= MOST_SENDINGS),
    error,
  );
  return open.filter((unit) => !unit.settled);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
