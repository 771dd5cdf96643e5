import { parseArgs } from 'node:util';
import { isMinosError } from '@minos/common';
import type { CliCommand, CliContext, Database } from '@minos/postgres';
import { PROJECTIONS } from './projections.group.js';

export interface Said {
  readonly code: number;
  readonly text: string;
}

/** Runs `minos projections …` in this process, on a database that is open. */
export function projectionsCommand(database: Database, folder = process.cwd()) {
  return async (name: string, ...options: readonly string[]): Promise<Said> => {
    const command = commandOf(name);
    const lines: string[] = [];
    const { values } = parseArgs({ args: [...options], options: { ...command.options } });
    const context: CliContext = {
      print: (line) => void lines.push(line),
      options: values,
      folder,
      hasDatabase: true,
      sets: () => [],
      database: () => database,
      input: async () => Buffer.alloc(0),
    };
    try {
      return { code: await command.run(context), text: lines.join('\n') };
    } catch (error) {
      if (!isMinosError(error)) throw error;
      return { code: error.code === 'CLI_USAGE' ? 2 : 1, text: `${error.code}: ${error.message}` };
    }
  };
}

function commandOf(name: string): CliCommand {
  const found = PROJECTIONS.commands.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no command projections ${name}.`);
  return found;
}
