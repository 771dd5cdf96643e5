import type { Database } from '../database/database.js';
import type { MigrationSet } from '../migrations/migration.js';

/** Something that is given as `--name value`, or `--name` alone where it is a boolean. */
export interface CliOption {
  readonly type: 'string' | 'boolean';
  /** What the help shows for its value: `key` becomes `--name <key>`. */
  readonly value?: string;
  /** One line for the help. */
  readonly help: string;
  /** May be given several times. @default false */
  readonly multiple?: boolean;
}

/** What was given; a string that may come several times is a list. */
export type CliValues = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** What a command works with. Parts are made when they are asked for: `--help` needs no database. */
export interface CliContext {
  /** Writes a line to the standard output. */
  readonly print: (line: string) => void;
  /** The options of the command that were given. */
  readonly options: CliValues;
  /** Where relative paths begin. */
  readonly folder: string;
  /** The sets of all packages that were found; `CLI_USAGE` where there are none. */
  sets(): readonly MigrationSet[];
  /** The pool, closed by the caller after the command; `CLI_USAGE` where no URL is known. */
  database(): Database;
  /** Whether `--url` or `DATABASE_URL` is given. */
  readonly hasDatabase: boolean;
  /** All of the standard input. */
  input(): Promise<Uint8Array>;
}

/** One word behind `minos`, or behind the word of a {@link CliGroup}. */
export interface CliCommand {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** By name, without the dashes. `url` and `help` are taken. */
  readonly options?: Readonly<Record<string, CliOption>>;
  /** Resolves with the exit code: 0 done, 1 not so. Rejects with `CLI_USAGE`, which becomes 2, where what was given makes no sense. */
  run(context: CliContext): Promise<number>;
}

/** A word with commands of its own: `minos parked list`. */
export interface CliGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CliCommand[];
}

/**
 * What a package adds to `minos`. Its `package.json` names the file (`"minos": { "commands": "./dist/cli/index.js" }`), which exports this as `COMMANDS`. The file is
 * loaded whenever `minos` runs, so it should load little.
 */
export interface CliCommandSet {
  readonly package: string;
  readonly commands: readonly (CliCommand | CliGroup)[];
}
