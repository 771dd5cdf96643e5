import { parseArgs } from 'node:util';
import { isMinosError } from '@minos/common';
import type { CliCommand, CliCommandSet, CliContext } from '../cli/cli-command.js';
import type { Database } from '../database/database.js';

/** How a command ended, and all that it printed: 0 done, 1 not so, 2 not understood. */
export interface CommandLineAnswer {
  readonly code: number;
  readonly text: string;
}

export interface CommandLineOptions {
  readonly database: Database;
  /** Where relative paths begin. @default that of the process */
  readonly folder?: string;
}

/** Runs the commands of a package in this process, on a database that is open, as `minos` would: `await run('parked list', ['--key', 'a'], 'what stands in the standard input')`. */
export function commandLine(set: CliCommandSet, { database, folder = process.cwd() }: CommandLineOptions) {
  return async (words: string, options: readonly string[] = [], input: string | Uint8Array = ''): Promise<CommandLineAnswer> => {
    const command = commandOf(set, words);
    const lines: string[] = [];
    const { values } = parseArgs({ args: [...options], options: { ...command.options } });
    const context: CliContext = {
      print: (line) => void lines.push(line),
      options: values,
      folder,
      hasDatabase: true,
      sets: () => [],
      database: () => database,
      input: async () => Buffer.from(input),
    };
    try {
      return { code: await command.run(context), text: lines.join('\n') };
    } catch (error) {
      if (!isMinosError(error)) throw error;
      return { code: error.code === 'CLI_USAGE' ? 2 : 1, text: `${error.code}: ${error.message}` };
    }
  };
}

function commandOf({ package: name, commands }: CliCommandSet, words: string): CliCommand {
  const [group, verb] = words.split(' ');
  const found = commands.find((one) => one.name === group);
  const command = found !== undefined && 'commands' in found ? found.commands.find((one) => one.name === verb) : found;
  if (command === undefined || 'commands' in command) throw new Error(`${name} has no command "${words}".`);
  return command;
}
