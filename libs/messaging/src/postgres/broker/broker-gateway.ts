import { isMinosError, NO_CRASH_POINTS, type CrashPoints } from '@minos/common';
import type { SqlExecutor, SqlStatement } from '@minos/postgres';
import { BrokerUnavailableError } from '../../errors/broker.errors.js';

/** What the pool says where the server cannot be had now. */
const AWAY = ['DATABASE_UNAVAILABLE', 'DATABASE_CLOSED', 'POOL_EXHAUSTED', 'STATEMENT_TIMEOUT'] as const;
/** A standby, which cannot write; an administrator's or the lock's timeout. */
const AWAY_STATES = new Set(['25006', '57014', '55P03']);

/** Every statement of the broker goes through here, between the crash points of its call; says `BROKER_UNAVAILABLE` for a server that is away. */
export class BrokerGateway {
  private readonly crashPoints: CrashPoints;

  constructor(
    private readonly database: SqlExecutor,
    crashPoints?: CrashPoints,
  ) {
    this.crashPoints = crashPoints ?? NO_CRASH_POINTS;
  }

  /** `what` names the crash points `messaging.<what>.before|after`. */
  async call<R extends object>(what: string, statement: SqlStatement, values: readonly unknown[]): Promise<R[]> {
    await this.crashPoints.reach(`messaging.${what}.before`);
    const rows = await this.query<R>(what, statement, values);
    await this.crashPoints.reach(`messaging.${what}.after`);
    return rows;
  }

  private async query<R extends object>(what: string, statement: SqlStatement, values: readonly unknown[]): Promise<R[]> {
    try {
      return (await this.database.query<R>(statement, values)).rows;
    } catch (error) {
      throw isAway(error) ? unavailable(what, error) : error;
    }
  }
}

/** Whether the server gave this SQLSTATE. */
export function hasState(error: unknown, ...states: readonly string[]): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && states.includes(code);
}

function isAway(error: unknown): boolean {
  return AWAY.some((code) => isMinosError(error, code)) || hasState(error, ...AWAY_STATES);
}

function unavailable(what: string, cause: unknown): BrokerUnavailableError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new BrokerUnavailableError(`The PostgreSQL broker did not answer (${what}): ${reason}`, { cause });
}
