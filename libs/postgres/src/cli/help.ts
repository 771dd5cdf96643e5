import type { CliCommand, CliCommandSet, CliGroup, CliOption } from './cli-command.js';

const URL_NOTE = 'The URL is taken from DATABASE_URL where --url is left out.';

/** The commands of all packages. */
export function helpOf(sets: readonly CliCommandSet[]): string {
  const commands = sets.flatMap((set) => set.commands);
  return page(
    'minos <command> [--url <postgres URL>]',
    commands.map(({ name, summary }) => [name, summary]),
    [URL_NOTE, '"minos <command> --help" says more.'],
  );
}

export function helpOfGroup({ name, summary, commands }: CliGroup): string {
  return page(
    `minos ${name} <command> [options]`,
    commands.map((one) => [one.name, one.summary]),
    [`${name}: ${summary}.`, `"minos ${name} <command> --help" lists the options.`],
  );
}

export function helpOfCommand({ name, summary, options = {} }: CliCommand, group?: CliGroup): string {
  const words = group === undefined ? name : `${group.name} ${name}`;
  const own = Object.entries(options).map(([option, given]): [string, string] => [flagOf(option, given), given.help]);
  const url: [string, string] = ['--url <postgres URL>', 'the database of the service'];
  return page(`minos ${words} [options]`, [...own, url], [`${words}: ${summary}.`, URL_NOTE]);
}

function flagOf(name: string, { type, value = 'text' }: CliOption): string {
  return type === 'boolean' ? `--${name}` : `--${name} <${value}>`;
}

function page(usage: string, rows: readonly (readonly [string, string])[], notes: readonly string[]): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return [`Usage: ${usage}`, '', ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`), '', ...notes, ''].join('\n');
}
