import { isMinosError } from '@minos/common';
import { Database } from '../database/database.js';
import type { CliCommandSet, CliContext } from './cli-command.js';
import { CliDatabaseBehindError, CliUsageError } from './cli.errors.js';
import { findCommandSets, findMigrationSets } from './find-packages.js';
import { MIGRATE } from './migrate.command.js';
import { parseCommandLine, type CommandLine } from './parse-command-line.js';
import { SQL } from './sql.command.js';
import { STATUS } from './status.command.js';

const OWN: CliCommandSet = { package: '@minos/postgres', commands: [MIGRATE, STATUS, SQL] };

/** Undefined table, column, function or schema, as PostgreSQL codes it. */
const MISSING: ReadonlySet<string> = new Set(['42P01', '42703', '42883', '3F000']);

/** What pg says where the server asks for a password and the URL has none. */
const NO_PASSWORD = 'client password must be a string';

/** Where the command line comes from and where its words go. */
export interface CliEnvironment {
  readonly folder: string;
  readonly databaseUrl: string | undefined;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** All of the standard input. @default nothing */
  readonly input?: () => Promise<Uint8Array>;
}

/** Runs one command and resolves with the exit code: 0 done, 1 not so (or pending migrations), 2 the command line was wrong. */
export async function runCli(argv: readonly string[], environment: CliEnvironment): Promise<number> {
  try {
    const line = parseCommandLine(argv, OWN, () => findCommandSets(environment.folder));
    if (line.kind === 'run') return await runCommand(line, environment);
    environment.out(line.text);
    return line.asked ? 0 : 2;
  } catch (error) {
    environment.err(`${describe(error)}\n`);
    return isMinosError(error, 'CLI_USAGE') ? 2 : 1;
  }
}

async function runCommand(line: CommandLine & { readonly kind: 'run' }, environment: CliEnvironment): Promise<number> {
  const url = line.url ?? environment.databaseUrl;
  let database: Database | undefined;
  const context: CliContext = {
    print: (text) => environment.out(`${text}\n`),
    options: line.options,
    folder: environment.folder,
    hasDatabase: url !== undefined && url !== '',
    sets: () => setsOfMigrations(environment.folder),
    database: () => (database ??= open(url)),
    input: environment.input ?? (async () => new Uint8Array()),
  };
  try {
    return await line.command.run(context);
  } catch (error) {
    throw taught(error);
  } finally {
    await database?.close();
  }
}

function open(url: string | undefined): Database {
  if (url === undefined || url === '') {
    throw new CliUsageError('No database is given. Use --url postgres://user:password@host:5432/database, or set DATABASE_URL.');
  }
  return new Database({ connectionString: url, max: 1, applicationName: 'minos-cli' });
}

function setsOfMigrations(folder: string): ReturnType<typeof findMigrationSets> {
  const sets = findMigrationSets(folder);
  if (sets.length > 0) return sets;
  throw new CliUsageError(
    `No package with migrations can be reached from ${folder}. Run the command in the folder of your project, after npm install.`,
  );
}

function taught(error: unknown): unknown {
  if (isMissing(error)) return new CliDatabaseBehindError(error);
  if (!(error instanceof Error && error.message.includes(NO_PASSWORD))) return error;
  return new CliUsageError(
    'The server wants a password, and none is given. Use --url postgres://user:password@host:5432/database; that of the embedded server is in .minos/postgres/<version>/server.json.',
    { cause: error },
  );
}

function isMissing(error: unknown): error is Error {
  return error instanceof Error && MISSING.has(String((error as { code?: unknown }).code));
}

function describe(error: unknown): string {
  if (isMinosError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
