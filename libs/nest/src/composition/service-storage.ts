import {
  currentContext,
  type IdempotencyStore,
  type Leases,
  MemoryCommitter,
  MemoryIdempotencyStore,
  SystemClock,
  type UnitCommitter,
  type UnitOfWork,
  UnitOfWorkEngine,
  uuidv7,
} from '@minos/common';
import {
  type ChangeWriterRegistry,
  type CommitHintSource,
  type CommitterStatistics,
  type Database,
  type MigrationMode,
  PostgresStorage,
} from '@minos/postgres';
import { MemoryStorageInProductionError } from '../boot/boot.errors.js';
import type { ResolvedMinosOptions } from '../options/minos-options.js';
import { locateDatabase } from './locate-database.js';

/** What a service keeps its data in: the parts that other libraries stand on. Those of PostgreSQL are missing for storage in memory. */
export interface ServiceStorage {
  readonly kind: 'postgres' | 'memory';
  /** For people; without secrets. */
  readonly description: string;
  readonly committer: UnitCommitter;
  readonly unitOfWork: UnitOfWork;
  readonly idempotency: IdempotencyStore;
  readonly leases?: Leases;
  readonly database?: Database;
  /** Of the service's database, with its password: where the server is that the broker may be on too. */
  readonly url?: string;
  readonly writers?: ChangeWriterRegistry;
  readonly migrations?: MigrationMode;
  readonly hints?: CommitHintSource;
  /** What was committed since the start, where the committer counts it. */
  readonly statistics?: () => CommitterStatistics;
  /** Waits for commits under way, then closes the pool, then gives back a server that was started. Idempotent. */
  close(): Promise<void>;
}

/** Opens the storage that the options choose. */
export function openStorage(options: ResolvedMinosOptions): Promise<ServiceStorage> {
  if (options.storage === 'postgres') return openPostgres(options);
  if (options.production && !options.allowMemoryStorage) throw new MemoryStorageInProductionError();
  return Promise.resolve(openMemory());
}

function openMemory(): ServiceStorage {
  const clock = new SystemClock();
  const committer = new MemoryCommitter();
  const idempotency = new MemoryIdempotencyStore(clock);
  committer.register(idempotency);
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7, tenant: () => currentContext().tenant });
  return {
    kind: 'memory',
    description: 'memory (lost with the process)',
    committer,
    unitOfWork,
    idempotency,
    close: () => committer.close(),
  };
}

async function openPostgres(options: ResolvedMinosOptions): Promise<ServiceStorage> {
  const located = await locateDatabase(options);
  const { max, acquireTimeout, connectTimeout, statementTimeout, migrations } = options.database;
  const parts = await PostgresStorage.open({
    connectionString: located.url,
    max,
    acquireTimeoutMs: acquireTimeout,
    connectTimeoutMs: connectTimeout,
    statementTimeoutMs: statementTimeout,
    applicationName: options.service,
    migrations,
  }).catch(async (error: unknown) => {
    await located.release();
    throw error;
  });
  const { committer, unitOfWork, idempotency, leases, database, writers } = parts;
  const statistics = (): CommitterStatistics => committer.statistics();
  const close = (): Promise<void> => parts.close().then(() => located.release());
  return {
    kind: 'postgres',
    description: located.description,
    committer,
    unitOfWork,
    idempotency,
    leases,
    database,
    url: located.url,
    writers,
    migrations,
    hints: parts,
    statistics,
    close,
  };
}
