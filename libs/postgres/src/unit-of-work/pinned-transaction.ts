import type { Change, PinnedTransaction } from '@minos/common';
import { NO_CRASH_POINTS, OutcomeUnknownError } from '@minos/common';
import type { DatabaseConnection } from '../database/database-connection.js';
import { DatabaseUnavailableError, TransactionAbortedError } from '../database/database.errors.js';
import type { BatchRow } from './batch-statement.js';
import { BatchStatementBuilder } from './batch-statement.js';
import { BatchVerdicts } from './batch-verdicts.js';
import type { GroupCommitterOptions } from './group-committer-options.js';
import { PendingUnit } from './pending-unit.js';
import { CURRENT_TRANSACTION, TRANSACTION_STATUS } from './unit-of-work.sql.js';

export interface PinnedTransactionOptions extends GroupCommitterOptions {
  readonly unitId: string;
  readonly tenant: string;
  readonly onFailed: () => void;
}

const PAUSE_MS = 50;

/** Takes a connection and begins the unit's own transaction on it. */
export async function openPinnedTransaction(options: PinnedTransactionOptions): Promise<PinnedTransaction> {
  const connection = await options.database.connect();
  try {
    await connection.query('begin');
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

  async write(changes: readonly Change[]): Promise<readonly unknown[]> {
    const { writers, unitId, tenant, database } = this.options;
    const unit = new PendingUnit({ unitId, tenant, changes, standsOn: [] }, writers);
    const verdicts = new BatchVerdicts(writers, database);
    const { statement, values, refused } = this.statements.build([unit]);
    this.handle.turns.noteChanges();
    try {
      const { rows } = await this.handle.query<BatchRow>(statement, values);
      await verdicts.deliver([unit], rows, refused);
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) unit.reject(error);
      else await verdicts.deliverDatabaseError(unit, error as Error);
    }
    return unit.outcome;
  }

  async commit(): Promise<void> {
    const { unitId, crashPoints = NO_CRASH_POINTS, onCommitted } = this.options;
    // Fails where the transaction is aborted already, which COMMIT would not say.
    const { rows } = await this.handle.query<{ xid: string | null }>(CURRENT_TRANSACTION);
    if (this.handle.turns.spoiled) throw this.handle.turns.spoiled;
    await crashPoints.reach('postgres.commit-pinned.before');
    try {
      const { rolledBack } = await this.handle.commit();
      if (rolledBack) throw new TransactionAbortedError(`COMMIT rolled the unit ${unitId} back.`);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      await this.findOutcome(rows[0]?.xid ?? undefined, error);
    }
    await crashPoints.reach('postgres.commit-pinned.after');
    this.end();
    onCommitted?.();
  }

  async rollback(): Promise<void> {
    if (this.ended) return;
    if (!this.handle.lost) await this.handle.rollback().catch(() => undefined);
    this.end();
    this.options.onFailed();
  }

  /** The server knows by the transaction's id whether it committed; asks until it has ended or the time is up. */
  private async findOutcome(xid: string | undefined, cause: Error): Promise<void> {
    if (xid === undefined) return;
    const { database, clock, unitId, outcomeTimeoutMs = 5_000 } = this.options;
    const deadline = clock.monotonic() + outcomeTimeoutMs;
    while (clock.monotonic() < deadline) {
      const answer = await database.query<{ status: string | null }>(TRANSACTION_STATUS, [xid]).catch(() => undefined);
      const status = answer?.rows[0]?.status;
      if (status === 'committed') return;
      if (status === 'aborted') throw cause;
      if (answer && status === null) break;
      await clock.sleep(PAUSE_MS);
    }
    throw new OutcomeUnknownError(unitId, { cause });
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.handle.release();
  }
}
