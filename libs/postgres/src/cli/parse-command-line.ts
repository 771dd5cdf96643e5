import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { CliCommand, CliCommandSet, CliGroup, CliOption, CliValues } from './cli-command.js';
import { CliUsageError } from './cli.errors.js';
import { helpOf, helpOfCommand, helpOfGroup } from './help.js';

const GLOBAL: NonNullable<ParseArgsConfig['options']> = { url: { type: 'string' }, help: { type: 'boolean', short: 'h' } };

/** What is to be done: print the help, or run a command. */
export type CommandLine =
  | { readonly kind: 'help'; readonly text: string; readonly asked: boolean }
  | { readonly kind: 'run'; readonly command: CliCommand; readonly url: string | undefined; readonly options: CliValues };

/**
 * Finds the command, and reads the line by its options. Words come before the options of the command. `others` is asked only for what is not our own, so that
 * a package that cannot be loaded does not stand in the way of a migration. Throws `CLI_USAGE`.
 */
export function parseCommandLine(argv: readonly string[], own: CliCommandSet, others: () => readonly CliCommandSet[]): CommandLine {
  const { words, help } = look(argv);
  const [name, ...rest] = words;
  if (name === undefined) return { kind: 'help', text: helpOf([own, ...others()]), asked: help };
  const isNamed = (one: CliCommand | CliGroup): boolean => one.name === name;
  const found =
    own.commands.find(isNamed) ??
    others()
      .flatMap(({ commands }) => commands)
      .find(isNamed);
  if (found === undefined) throw new CliUsageError(`There is no command "${name}".\n${helpOf([own, ...others()])}`);
  if ('commands' in found) return parseGroup(argv, found, { rest, help });
  return help ? { kind: 'help', text: helpOfCommand(found), asked: true } : parseCommand(argv, found, [name]);
}

function parseGroup(argv: readonly string[], group: CliGroup, { rest: [name], help }: { rest: string[]; help: boolean }): CommandLine {
  if (name === undefined) return { kind: 'help', text: helpOfGroup(group), asked: help };
  const command = group.commands.find((one) => one.name === name);
  if (command === undefined) throw new CliUsageError(`There is no command "${group.name} ${name}".\n${helpOfGroup(group)}`);
  if (help) return { kind: 'help', text: helpOfCommand(command, group), asked: true };
  return parseCommand(argv, command, [group.name, name]);
}

/** The words, as far as they can be told from values without knowing the options of the command. */
function look(argv: readonly string[]): { readonly words: string[]; readonly help: boolean } {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, strict: false, options: GLOBAL });
  return { words: positionals, help: values['help'] === true };
}

function parseCommand(argv: readonly string[], command: CliCommand, words: readonly string[]): CommandLine {
  const options = Object.fromEntries(Object.entries(command.options ?? {}).map(([name, option]) => [name, configOf(option)]));
  const { values, positionals } = parseStrictly(argv, { ...options, ...GLOBAL }, words);
  const tooMuch = positionals.slice(words.length);
  if (tooMuch.length > 0) throw new CliUsageError(`"${tooMuch.join(' ')}" is too much behind ${words.join(' ')}.${hintOf(words)}`);
  const { url, help, ...given } = values;
  return { kind: 'run', command, url: typeof url === 'string' ? url : undefined, options: given };
}

function parseStrictly(argv: readonly string[], options: NonNullable<ParseArgsConfig['options']>, words: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (error) {
    throw new CliUsageError(`${(error as Error).message}.${hintOf(words)}`, { cause: error });
  }
}

function configOf({ type, multiple = false }: CliOption): { readonly type: 'string' | 'boolean'; readonly multiple: boolean } {
  return { type, multiple };
}

function hintOf(words: readonly string[]): string {
  return ` "minos ${words.join(' ')} --help" lists its options.`;
}
