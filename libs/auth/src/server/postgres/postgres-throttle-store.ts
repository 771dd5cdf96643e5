import { createHash } from 'node:crypto';
import type { Database } from '@minos/postgres';
import type { Attempt, ThrottleStore } from '../contracts/throttle.js';
import { ATTEMPT, PURGE_THROTTLE, SUCCEEDED, TAKE } from './throttle.sql.js';

/** Counts in `minos.auth_throttle`, under the hash of what they count: the table names neither people nor addresses. */
export class PostgresThrottleStore implements ThrottleStore {
  constructor(private readonly database: Database) {}

  async attempt({ pair, account, pairPolicy, accountPolicy, forget }: Attempt): Promise<number> {
    const policies = [pairPolicy, accountPolicy].flatMap(({ free, first, longest }) => [free, first, longest]);
    const { rows } = await this.database.query<{ wait: number }>(ATTEMPT, [hash(pair), hash(account), forget, ...policies]);
    return Math.ceil(rows[0]?.wait ?? 0);
  }

  async succeeded({ pair, account }: Pick<Attempt, 'pair' | 'account'>, trust: number): Promise<void> {
    await this.database.query(SUCCEEDED, [hash(pair), hash(account), trust]);
  }

  async take(key: string, limit: number, window: number): Promise<number> {
    const { rows } = await this.database.query<{ wait: number }>(TAKE, [hash(key), limit, window]);
    return Math.ceil(rows[0]?.wait ?? 0);
  }

  async purge(): Promise<number> {
    return (await this.database.query(PURGE_THROTTLE)).rowCount;
  }
}

const hash = (key: string): Buffer => createHash('sha256').update(key).digest();
