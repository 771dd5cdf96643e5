import type { Change, PinnedTransaction } from '@minos/common';
import { ConcurrencyConflictError, isMinosError, OutcomeUnknownError } from '@minos/common';
import { isTransient } from '../database/classify-error.js';
import type { DatabaseConnection } from '../database/database-connection.js';
import { DatabaseUnavailableError, TransactionAbortedError } from '../database/database.errors.js';
import type { BatchAnswer } from './batch-statement.js';
import { BatchStatementBuilder } from './batch-statement.js';
import { BatchVerdicts } from './batch-verdicts.js';
import type { ResolvedCommitterOptions } from './group-committer-options.js';
import { PendingUnit } from './pending-unit.js';
import type { TransactionFates, TransactionMark } from './transaction-fate.js';
import { BEFORE_WRITE, UNDO_WRITE } from './unit-of-work.sql.js';

export interface PinnedTransactionOptions extends ResolvedCommitterOptions {
  readonly unitId: string;
  readonly tenant: string;
  readonly fates: TransactionFates;
  readonly onFailed: () => void;
}

/** Takes a connection and begins the unit's own transaction on it. */
export async function openPinnedTransaction(options: PinnedTransactionOptions): Promise<PinnedTransaction> {
  const connection = await options.database.connect();
  try {
    await connection.query('begin isolation level read committed');
  } catch (error) {
    connection.release(true);
    throw error;
  }
  return new PostgresPinnedTransaction(connection, options);
}

class PostgresPinnedTransaction implements PinnedTransaction {
  private readonly statements: BatchStatementBuilder;
  private ended = false;

  constructor(
    readonly handle: DatabaseConnection,
    private readonly options: PinnedTransactionOptions,
  ) {
    this.statements = new BatchStatementBuilder(options.writers);
  }

  /** Takes no second connection: what a refusal means is asked on this one, behind a savepoint where the database refused a row. */
  async write(changes: readonly Change[]): Promise<readonly unknown[]> {
    const { writers, unitId, tenant } = this.options;
    const unit = new PendingUnit({ unitId, tenant, changes, standsOn: [] }, writers);
    const verdicts = new BatchVerdicts(writers, this.handle);
    const statement = this.statements.build([unit]);
    this.handle.turns.noteChanges();
    if (!this.handle.inTransaction) throw new TransactionAbortedError(endedByWork(unitId));
    await this.handle.query(BEFORE_WRITE);
    try {
      const { rows } = await this.handle.query<BatchAnswer>(statement.statement, statement.values);
      await verdicts.deliver([unit], rows[0], statement);
    } catch (error) {
      if (isMinosError(error)) throw error;
      if (isTransient(error)) throw gaveUp(unitId, error);
      await this.handle.query(UNDO_WRITE);
      await verdicts.deliverDatabaseError(unit, error as Error);
    }
    return unit.outcome;
  }

  async commit(): Promise<void> {
    const { unitId, crashPoints, onCommitted } = this.options;
    const mark = await this.options.fates.mark(this.handle);
    if (this.handle.turns.spoiled) throw this.handle.turns.spoiled;
    if (!this.handle.inTransaction) throw new TransactionAbortedError(endedByWork(unitId));
    await crashPoints.reach('postgres.commit-pinned.before');
    try {
      const { rolledBack } = await this.handle.commit();
      if (rolledBack) throw new TransactionAbortedError(`COMMIT rolled the unit ${unitId} back.`);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      await this.findOutcome(mark, error);
    }
    await crashPoints.reach('postgres.commit-pinned.after');
    this.end();
    onCommitted();
  }

  explain(error: unknown): unknown {
    const { givenUp, lost } = this.handle;
    return givenUp === undefined || lost ? error : gaveUp(this.options.unitId, givenUp);
  }

  async rollback(): Promise<void> {
    if (this.ended) return;
    if (!this.handle.lost) await this.handle.rollback().catch(() => undefined);
    this.end();
    this.options.onFailed();
  }

  private async findOutcome(mark: TransactionMark, cause: Error): Promise<void> {
    const fate = await this.options.fates.of(mark);
    if (fate === 'aborted') throw cause;
    if (fate === 'unknown') throw new OutcomeUnknownError(this.options.unitId, { cause });
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.handle.release();
  }
}

function gaveUp(unitId: string, cause: unknown): ConcurrencyConflictError {
  const { message } = cause as Error;
  return new ConcurrencyConflictError(`The database gave the unit ${unitId} up for the sake of another transaction: ${message}.`, {
    cause,
  });
}

function endedByWork(unitId: string): string {
  return (
    `The work of the unit ${unitId} has ended the unit's transaction with a COMMIT or ROLLBACK of its own; what it wrote until then is not the unit's any more. ` +
    'Leave the end to the unit; use a savepoint to undo a part.'
  );
}
