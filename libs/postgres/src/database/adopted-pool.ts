import { validateOptions, type CrashPoints } from '@minos/common';
import type { Pool } from 'pg';
import { SHARED_FIELDS, type DatabaseOptions, type PoolLimits } from './database-options.js';

/** A pool that somebody else made and closes, such as that of an ORM. */
export interface AdoptedPoolOptions {
  readonly pool: Pool;
  /** How long a call waits for a free connection before `POOL_EXHAUSTED`. @default 5000 */
  readonly acquireTimeoutMs?: number;
  /** How long `close()` waits for connections that are in use before it cuts them; the pool itself stays open. @default 10000 */
  readonly closeTimeoutMs?: number;
  /** The seam of fault tests. @default none */
  readonly crashPoints?: CrashPoints;
}

interface PoolSettings {
  readonly max?: number;
  readonly statement_timeout?: number | false;
  readonly pipeline?: boolean;
  readonly connectionString?: string;
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
}

export function isAdoptedPool(options: DatabaseOptions | AdoptedPoolOptions): options is AdoptedPoolOptions {
  return 'pool' in options && options.pool !== undefined;
}

/** Takes from the pool what its owner has set. Throws `OPTIONS_INVALID` as a pool of our own would. */
export function resolveAdoptedPool({ pool, ...own }: AdoptedPoolOptions): {
  limits: PoolLimits;
  pool: Pool;
  target: string;
} {
  const settings = (pool as unknown as { options: PoolSettings }).options;
  const limits = {
    max: settings.max ?? 10,
    statementTimeoutMs: Number(settings.statement_timeout) || 0,
    pipeline: settings.pipeline ?? false,
    ...validateOptions('Database', SHARED_FIELDS, own),
  };
  return { limits, pool, target: describe(settings) };
}

function describe(settings: PoolSettings): string {
  if (settings.connectionString !== undefined && URL.canParse(settings.connectionString)) {
    const url = new URL(settings.connectionString);
    return `PostgreSQL at ${url.hostname || 'localhost'}:${url.port || '5432'}${url.pathname}`;
  }
  return `PostgreSQL at ${settings.host ?? 'localhost'}:${settings.port ?? 5432}/${settings.database ?? ''}`;
}
