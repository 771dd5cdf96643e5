import type { Database } from '../database/database.js';
import type { MigrationSet } from '../migrations/migration.js';

/** What a command works with. Parts are made when they are asked for: `--help` needs no database. */
export interface CliContext {
  /** Writes a line to the standard output. */
  readonly print: (line: string) => void;
  /** The sets of all packages that were found; `CLI_USAGE` where there are none. */
  sets(): readonly MigrationSet[];
  /** The pool, closed by the caller after the command; `CLI_USAGE` where no URL is known. */
  database(): Database;
  /** Whether `--url` or `DATABASE_URL` is given. */
  readonly hasDatabase: boolean;
}

/** One word behind `minos`. */
export interface CliCommand {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** Resolves with the exit code. */
  run(context: CliContext): Promise<number>;
}
