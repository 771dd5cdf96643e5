import { keyHash, NO_CRASH_POINTS, type CrashPoints } from '@minos/common';
import type { SqlExecutor, SqlStatement } from '@minos/postgres';
import type { CronReading, CronState, CronStore } from '../../contracts/cron-store.js';
import { cronLock } from './cron-writer.js';
import { DEFINE_CRON, READ_CRONS } from './cron.sql.js';

interface CronRow extends Omit<CronState, 'lastTick' | 'failure'> {
  readonly lastTick: number | null;
  readonly failure: string | null;
}

/** The next times of crons in `minos.crons`, moved on by `CronWriter`. */
export class PostgresCronStore implements CronStore {
  /** `sql` is the pool. */
  constructor(
    private readonly sql: SqlExecutor,
    private readonly crashPoints: CrashPoints = NO_CRASH_POINTS,
  ) {}

  async read(names: readonly string[]): Promise<CronReading> {
    const [row] = await this.call<{ now: number; crons: readonly CronRow[] }>('crons-read', READ_CRONS, [names]);
    if (row === undefined) throw new Error('The statement minos_read_crons returned no row.');
    return { now: row.now, crons: row.crons.map(stateOf) };
  }

  async define(name: string, definition: string, next: number): Promise<void> {
    await this.call('crons-define', DEFINE_CRON, [cronLock(name), name, keyHash(name), definition, next]);
  }

  private async call<R extends object>(what: string, statement: SqlStatement, values: readonly unknown[]): Promise<readonly R[]> {
    await this.crashPoints.reach(`messaging.${what}.before`);
    const { rows } = await this.sql.query<R>(statement, values);
    await this.crashPoints.reach(`messaging.${what}.after`);
    return rows;
  }
}

function stateOf({ nextAt, lastTick, failure, ...rest }: CronRow): CronState {
  return {
    ...rest,
    nextAt: Math.round(nextAt),
    lastTick: lastTick === null ? undefined : Math.round(lastTick),
    failure: failure ?? undefined,
  };
}
