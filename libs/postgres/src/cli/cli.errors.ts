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

/** A package names commands that cannot be loaded. */
export class CommandsNotLoadedError extends MinosError {
  readonly code = 'COMMANDS_NOT_LOADED' as const;
  readonly retryable = false;
}

/** A command asked for a table or function that the database does not have. */
export class CliDatabaseBehindError extends MinosError {
  readonly code = 'CLI_DATABASE_BEHIND' as const;
  readonly retryable = false;

  constructor(cause: Error) {
    super(
      `The database lacks what the command reads: ${cause.message}. Is it the service's database? "minos migrate" brings it up to date.`,
      {
        cause,
      },
    );
  }
}
