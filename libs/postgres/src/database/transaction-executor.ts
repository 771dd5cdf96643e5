import type { SqlExecutor, SqlResult, SqlStatement } from '../contracts/executor.js';
import type { DatabaseConnection } from './database-connection.js';
import { ConnectionReleasedError, TransactionAbortedError } from './database.errors.js';

/** The executor of one transaction: refuses what comes after the end, which would otherwise run outside of it. */
class TransactionExecutor implements SqlExecutor {
  ended = false;

  constructor(private readonly connection: DatabaseConnection) {}

  async query<R extends object = Record<string, unknown>>(
    statement: string | SqlStatement,
    values?: readonly unknown[],
  ): Promise<SqlResult<R>> {
    if (this.ended) {
      throw new ConnectionReleasedError('A statement came after the end of its transaction. Await every statement inside transaction(…).');
    }
    return this.connection.query<R>(statement, values);
  }
}

/**
 * Runs `work` between BEGIN and COMMIT on `connection`, which stays with the caller. Rolls back when the work throws; throws
 * `TRANSACTION_ABORTED` where the work swallowed a statement's error, because the server then turns COMMIT into a rollback.
 */
export async function runTransaction<T>(connection: DatabaseConnection, work: (sql: SqlExecutor) => Promise<T>): Promise<T> {
  const executor = new TransactionExecutor(connection);
  await connection.query('begin');
  let result: T;
  try {
    result = await work(executor);
  } catch (error) {
    executor.ended = true;
    // The work's own error is the one to tell; a connection that cannot roll back is closed on release.
    if (!connection.lost) await connection.query('rollback').catch(() => undefined);
    throw error;
  }
  executor.ended = true;
  if ((await connection.commit()).rolledBack) {
    throw new TransactionAbortedError(
      'COMMIT rolled the transaction back: one of its statements had failed and its error was caught. Let the error leave, or use a savepoint.',
    );
  }
  return result;
}
