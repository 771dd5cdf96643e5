import { isMinosError, UnitEndedError, type Unit } from '@minos/common';
import type { CustomTypesConfig, QueryConfig } from 'pg';
import type { QueryRunner } from 'typeorm';
import type { DatabaseConnection } from '../database/database-connection.js';
import { freshScope, type HeldSavepoint } from '../database/statement-turns.js';
import { IsolationInUnitError } from './typeorm.errors.js';

/** What a runner asks of the connection that it believes to have for itself. */
interface ConnectionFace {
  query(statement: string | QueryConfig, values?: unknown[]): unknown;
}

/** What is overridden; `transactionDepth` is protected in the runner's class. */
interface OpenRunner {
  connect: () => Promise<unknown>;
  query: (...args: never[]) => Promise<unknown>;
  release: () => Promise<void>;
  startTransaction: (isolation?: string) => Promise<void>;
  commitTransaction: () => Promise<void>;
  rollbackTransaction: () => Promise<void>;
  isTransactionActive: boolean;
  isReleased: boolean;
  transactionDepth: number;
}

const ENDS_SAVEPOINT = /^(RELEASE|ROLLBACK TO) SAVEPOINT typeorm_/;

/**
 * Ties a new query runner of the PostgreSQL driver to the unit's transaction: it works on the unit's pinned connection, which it never gives back, and
 * believes to be inside a transaction, so that one it starts is a savepoint.
 */
export function tieToUnit(runner: QueryRunner, unit: Unit, types: CustomTypesConfig): QueryRunner {
  new UnitQueryRunner(runner as unknown as OpenRunner, unit, types).take();
  return runner;
}

class UnitQueryRunner {
  /** Savepoints that this runner has begun, the innermost last. */
  private readonly begun: HeldSavepoint[] = [];
  private readonly driver: Pick<OpenRunner, 'query' | 'startTransaction' | 'commitTransaction' | 'rollbackTransaction'>;
  /** The savepoint whose end is on its way. */
  private ending: HeldSavepoint | undefined;
  private face: ConnectionFace | undefined;

  constructor(
    private readonly runner: OpenRunner,
    private readonly unit: Unit,
    private readonly types: CustomTypesConfig,
  ) {
    this.driver = {
      query: runner.query.bind(runner),
      startTransaction: runner.startTransaction.bind(runner),
      commitTransaction: runner.commitTransaction.bind(runner),
      rollbackTransaction: runner.rollbackTransaction.bind(runner),
    };
  }

  take(): void {
    Object.assign(this.runner, {
      isTransactionActive: true,
      transactionDepth: 1,
      connect: () => this.connect(),
      query: (...args: never[]) => this.query(args),
      release: () => this.release(),
      startTransaction: (isolation?: string) => this.start(isolation),
      commitTransaction: () => this.commit(),
      rollbackTransaction: () => this.rollback(),
    } satisfies Partial<OpenRunner>);
  }

  private async connect(): Promise<ConnectionFace> {
    const connection = await this.connection();
    this.face ??= { query: (statement, values) => this.send(connection, statement, values) };
    return this.face;
  }

  private async connection(): Promise<DatabaseConnection> {
    this.demandOpen();
    const connection = (await this.unit.pin()) as DatabaseConnection;
    connection.turns.impatience ??= () => (this.unit.state === 'open' ? undefined : this.endedError());
    return connection;
  }

  private send(connection: DatabaseConnection, statement: string | QueryConfig, values: unknown[] | undefined): unknown {
    // A stream of rows is the driver's own object and has no end that we could wait for.
    if (typeof (statement as { submit?: unknown }).submit === 'function') return connection.client.query(statement as QueryConfig);
    const config = typeof statement === 'string' ? { text: statement, ...(values === undefined ? {} : { values }) } : statement;
    return this.sendInTurn(connection, { ...config, types: this.types });
  }

  private async sendInTurn(connection: DatabaseConnection, config: QueryConfig): Promise<unknown> {
    return connection.driverQuery(config, this.place(connection), () => {
      this.demandOpen();
      if (this.ending && ENDS_SAVEPOINT.test(config.text)) connection.turns.end(this.ending);
    });
  }

  /** Errors of ours leave as they are, not wrapped into one of TypeORM. */
  private async query(args: never[]): Promise<unknown> {
    try {
      return await this.driver.query(...args);
    } catch (error) {
      const cause = (error as { driverError?: unknown } | null)?.driverError;
      throw isMinosError(cause) ? cause : error;
    }
  }

  private async start(isolation: string | undefined): Promise<void> {
    if (isolation !== undefined) throw new IsolationInUnitError(isolation);
    const connection = await this.connection();
    const place = this.place(connection);
    const scope = freshScope();
    const savepoint = await connection.turns.hold(place, scope !== undefined);
    this.begun.push(savepoint);
    if (scope) scope.savepoint = savepoint;
    try {
      await this.driver.startTransaction();
    } catch (error) {
      if (scope) scope.savepoint = undefined;
      this.letGo('released');
      throw error;
    } finally {
      this.runner.isTransactionActive = true;
    }
  }

  private async commit(): Promise<void> {
    const savepoint = this.demandBegun('commitTransaction()');
    this.ending = savepoint;
    try {
      await this.driver.commitTransaction();
    } catch (error) {
      savepoint.turns.reopen(savepoint);
      throw error;
    } finally {
      this.ending = undefined;
    }
    this.letGo('released');
  }

  private async rollback(): Promise<void> {
    // After a transaction() that could not begin, TypeORM asks to roll back what it did not begin.
    if (freshScope()) return;
    const savepoint = this.demandBegun('rollbackTransaction()');
    this.ending = savepoint;
    try {
      await this.driver.rollbackTransaction();
    } catch (error) {
      // What should have been undone is still there.
      savepoint.turns.spoil(error as Error);
      throw error;
    } finally {
      this.ending = undefined;
      this.letGo('rolled back');
    }
  }

  /** The connection stays the unit's. What was begun and not ended is undone, as the pool would do with a connection that comes back so. */
  private async release(): Promise<void> {
    while (this.begun.length > 0) await this.rollback().catch(() => undefined);
    this.runner.isReleased = true;
  }

  private letGo(how: 'released' | 'rolled back'): void {
    const savepoint = this.begun.pop();
    savepoint?.turns.letGo(savepoint, how);
  }

  /**
   * Where a statement of this runner belongs: to the savepoint of the surrounding flow, and from there to those that were begun on the runner by
   * hand, which are for whoever uses it.
   */
  private place({ turns }: DatabaseConnection): HeldSavepoint | undefined {
    const flow = turns.placeOfFlow();
    let index = flow === undefined ? -1 : this.begun.indexOf(flow);
    if (flow !== undefined && index < 0) return descendantOf(flow, this.begun.at(-1)) ?? flow;
    while (this.begun[index + 1]?.scoped === false) index++;
    return this.begun[index];
  }

  private demandBegun(attempted: string): HeldSavepoint {
    const savepoint = this.begun.at(-1);
    if (savepoint) return savepoint;
    throw new UnitEndedError(this.unit.id, this.unit.state, `${attempted} without a transaction of its own`);
  }

  private demandOpen(): void {
    if (this.unit.state !== 'open') throw this.endedError();
  }

  private endedError(): UnitEndedError {
    return new UnitEndedError(this.unit.id, this.unit.state, 'A statement through the DataSource');
  }
}

/** `savepoint` where it was begun inside `flow`. */
function descendantOf(flow: HeldSavepoint, savepoint: HeldSavepoint | undefined): HeldSavepoint | undefined {
  for (let at = savepoint; at !== undefined; at = at.parent) if (at === flow) return savepoint;
  return undefined;
}
