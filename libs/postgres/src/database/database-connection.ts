import type { CrashPoints } from '@minos/common';
import type { PoolClient, QueryResult } from 'pg';
import type { SqlExecutor, SqlResult, SqlStatement } from '../contracts/executor.js';
import { isUnavailable, spoilsConnection, typedError } from './classify-error.js';
import { ConnectionReleasedError, type UnavailablePhase } from './database.errors.js';

/** What a connection needs to know of its pool. */
export interface ConnectionContext {
  /** `host:port/database`, for messages. */
  readonly target: string;
  /** The server's limit for one statement; 0 is none. */
  readonly statementTimeoutMs: number;
  /** Whether the session was changed and may not go back to the pool. */
  readonly single: boolean;
  readonly crashPoints?: CrashPoints;
  readonly onRelease: (connection: DatabaseConnection) => void;
}

/** How much longer than the server's own limit we wait for its answer before the connection counts as dead. */
const ANSWER_GRACE_MS = 5_000;

/**
 * One connection, taken from the pool for one caller. Whoever took it releases it, on every path. Statements run in the order of the calls.
 * A connection that broke, that has an open transaction or a statement still running is closed on release, never handed to the next.
 */
export class DatabaseConnection implements SqlExecutor {
  readonly processId: number;
  private readonly onError = (): void => {
    this.broken = true;
  };
  private broken = false;
  private released = false;
  private running = 0;
  private watchdog: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: PoolClient,
    private readonly context: ConnectionContext,
  ) {
    this.processId = (client as unknown as { processID: number | null }).processID ?? 0;
    client.on('error', this.onError);
  }

  /** Whether the connection was lost. */
  get lost(): boolean {
    return this.broken;
  }

  /** Rejects with `DATABASE_UNAVAILABLE` (lost), `STATEMENT_TIMEOUT`, or the driver's `DatabaseError`, which has the SQLSTATE in `code`. */
  query<R extends object = Record<string, unknown>>(statement: string | SqlStatement, values?: readonly unknown[]): Promise<SqlResult<R>> {
    return this.run<R>(statement, values, 'statement');
  }

  /** As {@link query}; a loss is reported with phase `commit`, and the command tag comes with the rows. */
  async commit(): Promise<{ readonly rolledBack: boolean }> {
    const result = await this.run('commit', undefined, 'commit');
    return { rolledBack: result.command === 'ROLLBACK' };
  }

  /** Gives the connection back; with an error or `true` it is closed. Calling it again does nothing. */
  release(error?: Error | true): void {
    if (this.released) return;
    this.released = true;
    clearTimeout(this.watchdog);
    const idle = this.running === 0 && this.client.getTransactionStatus() === 'I';
    this.client.release(error !== undefined || this.broken || this.context.single || !idle);
    this.client.removeListener('error', this.onError);
    this.context.onRelease(this);
  }

  /** Cuts the connection without asking the server. */
  destroy(): void {
    this.broken = true;
    (this.client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }

  private async run<R extends object>(
    statement: string | SqlStatement,
    values: readonly unknown[] | undefined,
    phase: UnavailablePhase,
  ): Promise<SqlResult<R> & { command: string }> {
    if (this.released) throw this.releasedError();
    const { crashPoints } = this.context;
    if (crashPoints !== undefined) await crashPoints.reach('postgres.query.before');
    this.watch();
    try {
      const answer: QueryResult<R> | QueryResult<R>[] = await this.client.query<R>(statement as string, values as unknown[]);
      const last = Array.isArray(answer) ? (answer.at(-1) as QueryResult<R>) : answer;
      if (crashPoints !== undefined) await crashPoints.reach('postgres.query.after');
      return { rows: last.rows, rowCount: last.rowCount ?? 0, command: last.command };
    } catch (error) {
      if (isUnavailable(error) || (spoilsConnection(error) && this.client.getTransactionStatus() === 'I')) this.broken = true;
      throw typedError(error, phase, this.context.target);
    } finally {
      this.unwatch();
    }
  }

  private watch(): void {
    this.running += 1;
    if (this.context.statementTimeoutMs === 0 || this.running > 1) return;
    this.watchdog = setTimeout(() => this.destroy(), this.context.statementTimeoutMs + ANSWER_GRACE_MS);
    this.watchdog.unref();
  }

  private unwatch(): void {
    this.running -= 1;
    if (this.running === 0) clearTimeout(this.watchdog);
    else this.watchdog?.refresh();
  }

  private releasedError(): ConnectionReleasedError {
    return new ConnectionReleasedError(
      `A connection to ${this.context.target} was used after release(). Await every statement before the connection is given back.`,
    );
  }
}
