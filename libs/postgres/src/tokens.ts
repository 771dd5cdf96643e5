/** The `Database` (pool) of the service. */
export const DATABASE = Symbol.for('@minos/postgres/database');
/** The `ChangeWriterRegistry` to which every library adds its writers. */
export const CHANGE_WRITERS = Symbol.for('@minos/postgres/change-writers');
/** Says when something was committed, in this process and, as far as that can be heard, in others: a `CommitHintSource`. */
export const COMMIT_HINTS = Symbol.for('@minos/postgres/commit-hints');
/** What to do about migrations at boot: {@link MigrationMode}. */
export const MIGRATION_MODE = Symbol.for('@minos/postgres/migration-mode');
