import { parseArgs } from 'node:util';
import { isMinosError } from '@minos/common';
import { Database } from '../database/database.js';
import type { CliCommand, CliContext } from './cli-command.js';
import { CliUsageError } from './cli.errors.js';
import { findMigrationSets } from './find-migration-sets.js';
import { MIGRATE } from './migrate.command.js';
import { SQL } from './sql.command.js';
import { STATUS } from './status.command.js';

const COMMANDS: readonly CliCommand[] = [MIGRATE, STATUS, SQL];

/** Where the command line comes from and where its words go. */
export interface CliEnvironment {
  readonly folder: string;
  readonly databaseUrl: string | undefined;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

interface CliOptions {
  readonly url: string | undefined;
  readonly help: boolean;
  readonly words: readonly string[];
}

/** Runs one command and resolves with the exit code: 0 done, 1 not so (or pending migrations), 2 the command line was wrong. */
export async function runCli(argv: readonly string[], environment: CliEnvironment): Promise<number> {
  try {
    const options = parse(argv);
    const [name] = options.words;
    if (options.help || name === undefined) {
      environment.out(help());
      return options.help ? 0 : 2;
    }
    const command = COMMANDS.find((one) => one.name === name);
    if (command === undefined) throw new CliUsageError(`There is no command "${name}". ${help()}`);
    if (options.words.length > 1) throw new CliUsageError(`"${options.words.slice(1).join(' ')}" is too much behind ${name}.`);
    return await runCommand(command, options, environment);
  } catch (error) {
    environment.err(`${describe(error)}\n`);
    return isMinosError(error, 'CLI_USAGE') ? 2 : 1;
  }
}

async function runCommand(command: CliCommand, options: CliOptions, environment: CliEnvironment): Promise<number> {
  const url = options.url ?? environment.databaseUrl;
  let database: Database | undefined;
  const context: CliContext = {
    print: (line) => environment.out(`${line}\n`),
    hasDatabase: url !== undefined && url !== '',
    sets: () => setsOf(environment.folder),
    database: () => (database ??= open(url)),
  };
  try {
    return await command.run(context);
  } finally {
    await database?.close();
  }
}

function parse(argv: readonly string[]): CliOptions {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { url: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
    });
    return { url: values.url, help: values.help, words: positionals };
  } catch (error) {
    throw new CliUsageError(`${(error as Error).message}\n${help()}`, { cause: error });
  }
}

function open(url: string | undefined): Database {
  if (url === undefined || url === '') {
    throw new CliUsageError('No database is given. Use --url postgres://user:password@host:5432/database, or set DATABASE_URL.');
  }
  return new Database({ connectionString: url, max: 1, applicationName: 'minos-cli' });
}

function setsOf(folder: string): ReturnType<typeof findMigrationSets> {
  const sets = findMigrationSets(folder);
  if (sets.length > 0) return sets;
  throw new CliUsageError(
    `No package with migrations can be reached from ${folder}. Run the command in the folder of your project, after npm install.`,
  );
}

function help(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'Usage: minos <command> [--url <postgres URL>]',
    '',
    ...lines,
    '',
    'The URL is taken from DATABASE_URL where --url is left out.',
    '',
  ].join('\n');
}

function describe(error: unknown): string {
  if (isMinosError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
