import { Client, Pool, type ClientConfig, type PoolClient } from 'pg';
import { isAdoptedPool, resolveAdoptedPool, type AdoptedPoolOptions } from './adopted-pool.js';
import type { SqlExecutor, SqlResult, SqlStatement } from '../contracts/executor.js';
import { typedError } from './classify-error.js';
import { DatabaseConnection, type ConnectionContext } from './database-connection.js';
import { resolveDatabaseOptions, type DatabaseOptions, type PoolLimits, type ResolvedDatabaseOptions } from './database-options.js';
import { DatabaseClosedError, PoolExhaustedError } from './database.errors.js';
import { runTransaction } from './transaction-executor.js';
import { TYPE_PARSERS } from './type-parsers.js';

/** What the pool holds at this moment. */
export interface DatabaseStatistics {
  /** Open connections. */
  readonly total: number;
  /** Of these, not in use. */
  readonly idle: number;
  /** Calls that wait for a connection. */
  readonly waiting: number;
  readonly max: number;
}

export interface ConnectOptions {
  /** Another limit for the statements of this connection; 0 is none. The connection is closed on release. @default the database's */
  readonly statementTimeoutMs?: number;
}

/**
 * A pool of connections to one PostgreSQL database. It opens none before it is used, and survives restarts of the server: broken connections
 * are dropped, and the first call after the server is back opens a new one.
 *
 * Errors: `POOL_EXHAUSTED`, `DATABASE_UNAVAILABLE`, `DATABASE_REFUSED`, `STATEMENT_TIMEOUT`, `DATABASE_CLOSED`. What the server says about a
 * statement (a violated constraint, a syntax error) leaves as the driver's own `DatabaseError` with `code` (SQLSTATE) and `constraint`.
 */
export class Database implements SqlExecutor {
  private readonly options: PoolLimits;
  private readonly pool: Pool;
  private readonly adopted: boolean;
  private readonly target: string;
  private readonly context: ConnectionContext;
  private readonly waiting = new Set<(error: Error) => void>();
  private readonly inUse = new Set<DatabaseConnection>();
  private readonly onIdleError = (): void => undefined;
  /**
   * For the life of each connection: the server may end one in the same packet in which it says that it is ready, before anybody who wants it has had a turn.
   * Whoever uses the connection hears of the end by its own listener, or by its next statement.
   */
  private readonly onConnect = (client: PoolClient): void => void client.on('error', this.onIdleError);
  private closing: Promise<void> | undefined;

  /** Makes a pool of its own, or with {@link AdoptedPoolOptions} works on one that is there and stays its owner's. */
  constructor(options: DatabaseOptions | AdoptedPoolOptions) {
    this.adopted = isAdoptedPool(options);
    const { limits, pool, target } = isAdoptedPool(options) ? resolveAdoptedPool(options) : ownPool(options);
    this.options = limits;
    this.pool = pool;
    this.target = target;
    this.context = {
      target,
      statementTimeoutMs: limits.statementTimeoutMs,
      single: false,
      pipeline: limits.pipeline,
      ...(this.adopted ? { types: TYPE_PARSERS } : {}),
      ...(limits.crashPoints === undefined ? {} : { crashPoints: limits.crashPoints }),
      onRelease: (connection) => this.inUse.delete(connection),
    };
    // An idle connection that dies says so here; the pool has dropped it already, and without a listener the process would end.
    this.pool.on('error', this.onIdleError);
    this.pool.on('connect', this.onConnect);
  }

  /** One statement on any free connection, in a transaction of its own. */
  async query<R extends object = Record<string, unknown>>(
    statement: string | SqlStatement,
    values?: readonly unknown[],
  ): Promise<SqlResult<R>> {
    const connection = await this.connect();
    try {
      return await connection.query<R>(statement, values);
    } finally {
      connection.release();
    }
  }

  /** Takes a connection; waits for a free one up to `acquireTimeoutMs`. The caller releases it. */
  async connect(options: ConnectOptions = {}): Promise<DatabaseConnection> {
    const { crashPoints } = this.options;
    if (crashPoints !== undefined) await crashPoints.reach('postgres.connect.before');
    const { statementTimeoutMs } = options;
    const own = statementTimeoutMs === undefined ? undefined : { ...this.context, statementTimeoutMs, single: true };
    const connection = new DatabaseConnection(await this.acquire(), own ?? this.context);
    this.inUse.add(connection);
    try {
      if (own !== undefined) await connection.query(`set statement_timeout = ${Number(own.statementTimeoutMs)}`);
      if (crashPoints !== undefined) await crashPoints.reach('postgres.connect.after');
      return connection;
    } catch (error) {
      connection.release(true);
      throw error;
    }
  }

  /**
   * Runs `work` in one transaction on one connection: all of its statements take effect at COMMIT, or none. Statements of the work go through the
   * executor it is given, also inside `Promise.all`, where they run one after the other. Never repeats the work.
   *
   * Rejects with the work's own error after a rollback; `DATABASE_UNAVAILABLE` with `phase: 'commit'` means that the outcome is unknown.
   */
  async transaction<T>(work: (sql: SqlExecutor) => Promise<T>): Promise<T> {
    const connection = await this.connect();
    try {
      return await runTransaction(connection, work);
    } finally {
      connection.release();
    }
  }

  statistics(): DatabaseStatistics {
    return { total: this.pool.totalCount, idle: this.pool.idleCount, waiting: this.waiting.size, max: this.options.max };
  }

  /**
   * Refuses what waits and what comes later with `DATABASE_CLOSED`, waits for connections in use up to `closeTimeoutMs`, then cuts them.
   * Idempotent; every call resolves when all connections are closed.
   */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private acquire(): Promise<PoolClient> {
    return new Promise((resolve, reject) => {
      if (this.closing !== undefined) return reject(this.closedError());
      const timer = this.adopted || this.isBusy() ? setTimeout(() => this.giveUp(reject), this.options.acquireTimeoutMs) : undefined;
      this.waiting.add(reject);
      this.pool.connect((error, client, release) => {
        clearTimeout(timer);
        const wanted = this.waiting.delete(reject);
        if (client === undefined) return reject(this.acquireError(error));
        if (!wanted) return release();
        resolve(client);
      });
    });
  }

  /** Whether a call has to wait for somebody else's connection; opening one in a pool of our own has a time limit of its own. */
  private isBusy(): boolean {
    return this.pool.waitingCount > 0 || (this.pool.idleCount === 0 && this.pool.totalCount >= this.options.max);
  }

  /** The place in the pool's queue stays; what it is handed later goes straight back. */
  private giveUp(reject: (error: Error) => void): void {
    // Behind a long block the timer runs before the connection that came meanwhile is handed out: it gets one more turn.
    setImmediate(() => this.waiting.delete(reject) && reject(this.exhaustedError()));
  }

  private async shutDown(): Promise<void> {
    for (const reject of this.waiting) reject(this.closedError());
    this.waiting.clear();
    const cut = setTimeout(() => this.inUse.forEach((connection) => connection.destroy()), this.options.closeTimeoutMs);
    try {
      if (this.adopted) await this.allReleased();
      else await this.pool.end();
    } finally {
      clearTimeout(cut);
      if (this.adopted) this.pool.removeListener('error', this.onIdleError).removeListener('connect', this.onConnect);
    }
  }

  private async allReleased(): Promise<void> {
    while (this.inUse.size > 0) await new Promise<void>((resolve) => this.pool.once('release', () => resolve()));
  }

  /** The texts are the driver's: a pool that its owner has closed, and the owner's own limit for the wait. */
  private acquireError(error: Error | undefined): Error {
    if (error === undefined || error.message === 'Cannot use a pool after calling end on the pool') return this.closedError();
    if (error.message === 'timeout exceeded when trying to connect') return this.exhaustedError();
    return typedError(error, 'connect', this.target);
  }

  private exhaustedError(): PoolExhaustedError {
    const { max, acquireTimeoutMs } = this.options;
    return new PoolExhaustedError(
      `No connection to ${this.target} became free within ${acquireTimeoutMs} ms: all ${max} are in use. ` +
        'Look for code that holds a connection while it waits for something else, or raise max.',
      { details: { ...this.statistics() } },
    );
  }

  private closedError(): DatabaseClosedError {
    return new DatabaseClosedError(`The pool of ${this.target} was closed. Close it after everything that uses it.`);
  }
}

function ownPool(options: DatabaseOptions): { limits: PoolLimits; pool: Pool; target: string } {
  const limits = resolveDatabaseOptions(options);
  return { limits, pool: newPool(limits), target: describeTarget(limits.connectionString) };
}

function newPool(options: ResolvedDatabaseOptions): Pool {
  const { connectTimeoutMs } = options;
  // Not an option of the pool, which would count the wait for a free connection into it.
  class PooledClient extends Client {
    constructor(config?: string | ClientConfig) {
      super({ ...(config as ClientConfig), connectionTimeoutMillis: connectTimeoutMs });
    }
  }
  return new Pool({
    connectionString: options.connectionString,
    Client: PooledClient,
    max: options.max,
    idleTimeoutMillis: options.idleTimeoutMs,
    statement_timeout: options.statementTimeoutMs === 0 ? false : options.statementTimeoutMs,
    application_name: options.applicationName,
    pipeline: options.pipeline,
    keepAlive: true,
    types: TYPE_PARSERS,
  });
}

function describeTarget(connectionString: string): string {
  try {
    const url = new URL(connectionString);
    return `PostgreSQL at ${url.hostname || 'localhost'}:${url.port || '5432'}${url.pathname}`;
  } catch {
    return 'PostgreSQL';
  }
}
