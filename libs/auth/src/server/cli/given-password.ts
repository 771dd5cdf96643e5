import { isMinosError } from '@minos/common';
import { type CliCommand, type CliContext, CliUsageError, type Given } from '@minos/postgres';

/** A command line would show the password to everybody on the machine. */
export const PASSWORD_OPTION = {
  'password-stdin': { type: 'boolean', help: 'read the password from the standard input, which no list of processes shows' },
} as const satisfies CliCommand['options'];

/** The password from the standard input, without the end of its line. Rejects with `CLI_USAGE` where nobody says that it comes there. */
export async function passwordOf(context: CliContext, given: Given): Promise<string> {
  if (!given.flag('password-stdin')) throw new CliUsageError('--password-stdin is missing: pipe the password to the standard input.');
  return Buffer.from(await context.input())
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

/** What was given is wrong, not the command. */
export function asUsage(error: unknown): unknown {
  const isGiven = isMinosError(error, 'EMAIL_REFUSED') || isMinosError(error, 'PASSWORD_REFUSED');
  return isGiven ? new CliUsageError(`${error.message}.`, { cause: error }) : error;
}
