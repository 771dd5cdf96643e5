import { MinosError } from '@minos/common';

/** The command line cannot be understood, or lacks something. */
export class CliUsageError extends MinosError {
  readonly code = 'CLI_USAGE' as const;
  readonly retryable = false;
}

/** A package names migrations that cannot be loaded. */
export class MigrationsNotLoadedError extends MinosError {
  readonly code = 'MIGRATIONS_NOT_LOADED' as const;
  readonly retryable = false;
}
