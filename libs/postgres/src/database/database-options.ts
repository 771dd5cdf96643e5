import { option, validateOptions, type CrashPoints, type OptionField, type ResolvedOptions } from '@minos/common';

/** How a {@link Database} reaches its server and how long it waits. */
export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly connectionString: string;
  /** Connections at the most. @default 5 */
  readonly max?: number;
  /** How long a call waits for a free connection before `POOL_EXHAUSTED`. @default 5000 */
  readonly acquireTimeoutMs?: number;
  /** How long opening a connection may take before `DATABASE_UNAVAILABLE`: long enough for a process that is busy while it starts. @default 15000 */
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

/** Longest delay that a timer of Node can wait for. */
const LONGEST_MS = 2_147_483_647;

const milliseconds = (min: number): OptionField<number> => option.integer({ min, max: LONGEST_MS });
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** The options that a pool of somebody else's has too. */
export const SHARED_FIELDS = {
  acquireTimeoutMs: milliseconds(1).default(5_000),
  closeTimeoutMs: milliseconds(0).default(10_000),
  crashPoints: option.custom<CrashPoints>('CrashPoints', isObject).optional(),
};

const FIELDS = {
  connectionString: option
    .custom<string>(
      'a PostgreSQL URL, for example postgres://user:password@localhost:5432/database',
      (value) => typeof value === 'string' && /^postgres(ql)?:\/\//.test(value),
    )
    .secret(),
  max: option.integer({ min: 1, max: LONGEST_MS }).default(5),
  connectTimeoutMs: milliseconds(1).default(15_000),
  statementTimeoutMs: milliseconds(0).default(30_000),
  idleTimeoutMs: milliseconds(0).default(30_000),
  applicationName: option.custom<string>('text', (value) => typeof value === 'string').default('minos'),
  pipeline: option.boolean().default(false),
  ...SHARED_FIELDS,
};

export type ResolvedDatabaseOptions = ResolvedOptions<typeof FIELDS>;

/** The limits of a pool, whoever made it. */
export type PoolLimits = Pick<
  ResolvedDatabaseOptions,
  'max' | 'statementTimeoutMs' | 'pipeline' | 'acquireTimeoutMs' | 'closeTimeoutMs' | 'crashPoints'
>;

/** Fills in the defaults; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveDatabaseOptions(options: DatabaseOptions): ResolvedDatabaseOptions {
  return validateOptions('Database', FIELDS, options);
}
