export type {
  ChangeWriter,
  FunctionCall,
  PlacedChange,
  RefusedChange,
  Refusal,
  Verdict,
  WriteCall,
  WritePlan,
  WriteResult,
} from './contracts/change-writer.js';
export type { SqlExecutor, SqlResult, SqlStatement } from './contracts/executor.js';
export type { CliCommand, CliCommandSet, CliContext, CliGroup, CliOption, CliValues } from './cli/cli-command.js';
export { CliUsageError } from './cli/cli.errors.js';
export { Given, JSON_OPTION } from './cli/given.js';
export { printable, printableLines, short } from './cli/printable.js';
export { type CliRequester, REQUESTER_OPTIONS, requesterOf } from './cli/requester.js';
export { counted, isoTime, table } from './cli/table.js';
export { toJson } from './cli/to-json.js';
export type { AdoptedPoolOptions } from './database/adopted-pool.js';
export { CallsTogether } from './database/calls-together.js';
export { Database, type ConnectOptions, type DatabaseStatistics } from './database/database.js';
export { DatabaseConnection } from './database/database-connection.js';
export type { DatabaseOptions } from './database/database-options.js';
export {
  ConnectionReleasedError,
  DatabaseClosedError,
  DatabaseRefusedError,
  DatabaseUnavailableError,
  PoolExhaustedError,
  StatementTimeoutError,
  TransactionAbortedError,
  type DatabaseErrorCode,
  type UnavailablePhase,
} from './database/database.errors.js';
export { FlushRolledBackError, SavepointEndedError, SavepointHeldError } from './database/savepoint.errors.js';
export { IdempotencyWriter } from './idempotency/idempotency.writer.js';
export { PostgresIdempotencyStore } from './idempotency/postgres-idempotency-store.js';
export { LeaseFenceWriter } from './leases/lease-fence.writer.js';
export { PostgresLeases, type PostgresLeasesOptions } from './leases/postgres-leases.js';
export { migrate, type MigrateOptions } from './migrations/migrate.js';
export type { Migration, MigrationName, MigrationSet } from './migrations/migration.js';
export type { AppliedMigration, MigrationPlan, PendingMigration } from './migrations/migration-plan.js';
export { MigrationsPendingError } from './migrations/migrations-pending.errors.js';
export {
  MigrationChangedError,
  MigrationFailedError,
  MigrationOutOfOrderError,
  MigrationSetError,
  type MigrationErrorCode,
} from './migrations/migrations.errors.js';
export { MIGRATIONS } from './migrations/postgres.migrations.js';
export { prepareSchema, type MigrationMode } from './migrations/prepare-schema.js';
export { migrationSql, status } from './migrations/status.js';
export { NotificationHints, type NotificationHintsOptions } from './notifications/notification-hints.js';
export { PostgresStorage } from './storage/postgres-storage.js';
export type { PostgresStorageOptions } from './storage/postgres-storage-options.js';
export { CHANGE_WRITERS, COMMIT_HINTS, DATABASE, MIGRATION_MODE } from './tokens.js';
export { plainArray, textArray } from './unit-of-work/array-literal.js';
export { RowRefusedError, UnitPartlyStoredError } from './unit-of-work/commit.errors.js';
export { GroupCommitter, type CommitterStatistics } from './unit-of-work/group-committer.js';
export type { CommitHintSource, CommitListener, GroupCommitterOptions } from './unit-of-work/group-committer-options.js';
export { sqlOf } from './unit-of-work/sql-of.js';
export { ChangeWriterRegistry } from './unit-of-work/writer-registry.js';
