import { parseArgs } from 'node:util';
import { isMinosError } from '@minos/common';
import type { CliCommand, CliContext, Database } from '@minos/postgres';
import { COMMANDS } from './index.js';

export interface Said {
  readonly code: number;
  readonly text: string;
}

/** Runs `minos sagas …` and `minos saga …` in this process, on a database that is open. */
export function sagasCommand(database: Database, folder = process.cwd()) {
  return async (words: string, options: readonly string[] = [], input = ''): Promise<Said> => {
    const command = commandOf(words);
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

function commandOf(words: string): CliCommand {
  const [group, name] = words.split(' ');
  const found = COMMANDS.commands.find((one) => one.name === group);
  const command = found !== undefined && 'commands' in found ? found.commands.find((one) => one.name === name) : undefined;
  if (command === undefined) throw new Error(`There is no command ${words}.`);
  return command;
}
