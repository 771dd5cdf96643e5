import type { CrashPoints } from '@minos/common';
import type { CustomTypesConfig, PoolClient, QueryConfig, QueryResult } from 'pg';
import type { SqlExecutor, SqlResult, SqlStatement } from '../contracts/executor.js';
import { isTransient, isUnavailable, spoilsConnection, typedError } from './classify-error.js';
import { ConnectionReleasedError, type UnavailablePhase } from './database.errors.js';
import { StatementTurns, type HeldSavepoint } from './statement-turns.js';

/** What a connection needs to know of its pool. */
export interface ConnectionContext {
  /** `host:port/database`, for messages. */
  readonly target: string;
  /** The server's limit for one statement; 0 is none. */
  readonly statementTimeoutMs: number;
  /** Whether the session was changed and may not go back to the pool. */
  readonly single: boolean;
  /** Whether statements are sent without waiting for the answer to the one before. */
  readonly pipeline: boolean;
  /** Parsers for each statement, on a pool whose own ones are not ours to set. */
  readonly types?: CustomTypesConfig;
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
  /** The order of the statements, and who holds a savepoint. */
  readonly turns: StatementTurns;
  private readonly onError = (): void => {
    this.broken = true;
  };
  private readonly onAnswer = (): void => {
    this.running -= 1;
    if (this.running === 0) clearTimeout(this.watchdog);
    else this.watchdog?.refresh();
  };
  private broken = false;
  private gaveUp: Error | undefined;
  private released = false;
  private running = 0;
  private watchdog: NodeJS.Timeout | undefined;

  constructor(
    private readonly pooled: PoolClient,
    private readonly context: ConnectionContext,
  ) {
    this.processId = (pooled as unknown as { processID: number | null }).processID ?? 0;
    this.turns = new StatementTurns(!context.pipeline);
    pooled.on('error', this.onError);
  }

  /** The driver's own client, for another library that works on it. Statements go through {@link driverQuery}, so that they keep to the turns. */
  get client(): PoolClient {
    return this.pooled;
  }

  /** Whether the connection was lost. */
  get lost(): boolean {
    return this.broken;
  }

  /**
   * The error with which the server gave the transaction up for the sake of another one (deadlock, serialization failure). Gone again as soon as a statement
   * succeeds, which takes a rollback, if only to a savepoint.
   */
  get givenUp(): Error | undefined {
    return this.gaveUp;
  }

  /** Whether a transaction is open, as the server said with its last answer. */
  get inTransaction(): boolean {
    return this.pooled.getTransactionStatus() !== 'I';
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

  /** Rolls the transaction back, also while a savepoint is held; what waits for its turn is refused. */
  async rollback(): Promise<void> {
    this.turns.abandon(() => this.releasedError());
    await this.query('rollback');
  }

  /**
   * A statement in the driver's own form and with its own answer, in the turn of `place`. `before` is called when it is sent and may throw.
   * Errors as those of {@link query}.
   */
  driverQuery(config: QueryConfig, place: HeldSavepoint | undefined, before: () => void = () => undefined): Promise<QueryResult> {
    return this.guarded('statement', () =>
      this.turns.run(place, () => {
        before();
        return this.watched(() => this.pooled.query(config));
      }),
    );
  }

  /** Gives the connection back; with an error or `true` it is closed. Calling it again does nothing. */
  release(error?: Error | true): void {
    if (this.released) return;
    this.released = true;
    clearTimeout(this.watchdog);
    this.turns.abandon(() => this.releasedError());
    const idle = this.running === 0 && this.pooled.getTransactionStatus() === 'I';
    this.pooled.release(error !== undefined || this.broken || this.context.single || !idle);
    this.pooled.removeListener('error', this.onError);
    this.context.onRelease(this);
  }

  /** Cuts the connection without asking the server. */
  destroy(): void {
    this.broken = true;
    (this.pooled as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }

  private async run<R extends object>(
    statement: string | SqlStatement,
    values: readonly unknown[] | undefined,
    phase: UnavailablePhase,
  ): Promise<SqlResult<R> & { command: string }> {
    const answer = await this.guarded(phase, () =>
      this.turns.run(this.turns.placeOfFlow(), () => this.watched(() => this.send<R>(statement, values))),
    );
    const last = Array.isArray(answer) ? (answer.at(-1) as QueryResult<R>) : answer;
    return { rows: last.rows, rowCount: last.rowCount ?? 0, command: last.command };
  }

  private send<R extends object>(
    statement: string | SqlStatement,
    values: readonly unknown[] | undefined,
  ): Promise<QueryResult<R> | QueryResult<R>[]> {
    const { types } = this.context;
    if (types === undefined) return this.pooled.query<R>(statement as string, values as unknown[]);
    const config = typeof statement === 'string' ? { text: statement } : statement;
    return this.pooled.query<R>({ ...config, types, ...(values === undefined ? {} : { values: values as unknown[] }) });
  }

  private async guarded<T>(phase: UnavailablePhase, work: () => Promise<T>): Promise<T> {
    if (this.released) throw this.releasedError();
    const { crashPoints } = this.context;
    if (crashPoints !== undefined) await crashPoints.reach('postgres.query.before');
    try {
      const answer = await work();
      this.gaveUp = undefined;
      if (crashPoints !== undefined) await crashPoints.reach('postgres.query.after');
      return answer;
    } catch (error) {
      if (isTransient(error)) this.gaveUp = error as Error;
      if (isUnavailable(error) || (spoilsConnection(error) && this.pooled.getTransactionStatus() === 'I')) this.broken = true;
      throw typedError(error, phase, this.context.target);
    }
  }

  private watched<T>(send: () => Promise<T>): Promise<T> {
    if (this.released) return Promise.reject(this.releasedError());
    // What the driver throws at once was not sent, and no answer to it will come.
    const sent = send();
    this.watch();
    sent.then(this.onAnswer, this.onAnswer);
    return sent;
  }

  private watch(): void {
    this.running += 1;
    if (this.context.statementTimeoutMs === 0 || this.running > 1) return;
    this.watchdog = setTimeout(() => this.destroy(), this.context.statementTimeoutMs + ANSWER_GRACE_MS);
    this.watchdog.unref();
  }

  private releasedError(): ConnectionReleasedError {
    return new ConnectionReleasedError(
      `A connection to ${this.context.target} was used after release(). Await every statement before the connection is given back.`,
    );
  }
}
