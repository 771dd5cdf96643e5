import type { CrashPoints } from '@minos/common';
import { DatabaseOptionsError } from './database.errors.js';

/** How a {@link Database} reaches its server and how long it waits. */
export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly connectionString: string;
  /** Connections at the most. @default 5 */
  readonly max?: number;
  /** How long a call waits for a free connection before `POOL_EXHAUSTED`. @default 5000 */
  readonly acquireTimeoutMs?: number;
  /** How long opening a connection may take before `DATABASE_UNAVAILABLE`. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** How long the server works on one statement before `STATEMENT_TIMEOUT`; 0 is no limit. @default 30000 */
  readonly statementTimeoutMs?: number;
  /** An idle connection is closed after this time; 0 keeps it. @default 30000 */
  readonly idleTimeoutMs?: number;
  /** How long `close()` waits for connections that are in use before it cuts them. @default 10000 */
  readonly closeTimeoutMs?: number;
  /** Shown in `pg_stat_activity`. @default 'minos' */
  readonly applicationName?: string;
  /** Sends the statements of one connection without waiting for the answer to the one before. @default false */
  readonly pipeline?: boolean;
  /** The seam of fault tests. @default none */
  readonly crashPoints?: CrashPoints;
}

export type ResolvedDatabaseOptions = Required<Omit<DatabaseOptions, 'crashPoints'>> & Pick<DatabaseOptions, 'crashPoints'>;

/** The limits of a pool, whoever made it. */
export type PoolLimits = Omit<ResolvedDatabaseOptions, 'connectionString'>;

export const LIMITS = {
  max: 5,
  acquireTimeoutMs: 5_000,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 30_000,
  idleTimeoutMs: 30_000,
  closeTimeoutMs: 10_000,
  applicationName: 'minos',
  pipeline: false,
} as const;

/** Longest delay that a timer of Node can wait for. */
const LONGEST_MS = 2_147_483_647;

/** Smallest allowed value of each number. */
const LOWEST: Readonly<Record<string, number>> = {
  max: 1,
  acquireTimeoutMs: 1,
  connectTimeoutMs: 1,
  statementTimeoutMs: 0,
  idleTimeoutMs: 0,
  closeTimeoutMs: 0,
};

const KNOWN = new Set([...Object.keys(LIMITS), 'connectionString', 'crashPoints']);

/** Fills in the defaults; throws `DATABASE_OPTIONS_INVALID` naming all faults at once. The caller's object is not altered. */
export function resolveDatabaseOptions(options: DatabaseOptions): ResolvedDatabaseOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  checkLimits(given, connectionStringFaults(given['connectionString']));
  return { ...LIMITS, ...given } as ResolvedDatabaseOptions;
}

/** Throws `DATABASE_OPTIONS_INVALID` naming `faults` and those of the given options. */
export function checkLimits(given: object, faults: readonly string[] = []): void {
  const all = [...faults, ...Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : faultOf([key, value])))];
  if (all.length === 0) return;
  throw new DatabaseOptionsError(`The options of Database cannot be used:\n${all.map((fault) => `  - ${fault}`).join('\n')}`);
}

function connectionStringFaults(value: unknown): string[] {
  const example = 'for example postgres://user:password@localhost:5432/database';
  if (typeof value !== 'string' || value.trim() === '') return [`connectionString: expected a PostgreSQL URL, ${example}`];
  if (!/^postgres(ql)?:\/\//.test(value)) return [`connectionString: must begin with postgres:// or postgresql://, ${example}`];
  return [];
}

function faultOf([key, value]: [string, unknown]): string[] {
  if (!KNOWN.has(key)) return [`${key}: no such option; there are ${[...KNOWN].sort().join(', ')}`];
  const lowest = LOWEST[key];
  if (lowest !== undefined && !(Number.isInteger(value) && (value as number) >= lowest && (value as number) <= LONGEST_MS)) {
    return [`${key}: expected a whole number from ${lowest}, found ${String(value)}`];
  }
  if (key === 'applicationName' && typeof value !== 'string') return [`${key}: expected a string, found ${typeof value}`];
  if (key === 'pipeline' && typeof value !== 'boolean') return [`${key}: expected true or false, found ${String(value)}`];
  return [];
}
