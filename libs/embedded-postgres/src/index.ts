export { createDatabase } from './create-database.js';
export { EmbeddedPostgresError } from './embedded-postgres.errors.js';
export type { EmbeddedPostgresErrorCode } from './embedded-postgres.errors.js';
export type { StartPostgresOptions } from './options.js';
export { startPostgres } from './start-postgres.js';
export type { RunningPostgres } from './start-postgres.js';
export { findWorkspaceRoot } from './workspace-root.js';
