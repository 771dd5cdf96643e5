import { userInfo } from 'node:os';
import type { CliOption } from './cli-command.js';
import { CliUsageError } from './cli.errors.js';
import type { Given } from './given.js';

/** Who asks for something, and why. */
export interface CliRequester {
  readonly by: string;
  readonly reason?: string;
}

export const REQUESTER_OPTIONS: Readonly<Record<string, CliOption>> = {
  by: { type: 'string', value: 'name', help: 'who asks, for the audit (the user of this shell, if left out)' },
  reason: { type: 'string', value: 'text', help: 'why, for the audit' },
};

export function requesterOf(given: Given): CliRequester {
  const by = given.text('by') ?? userOfShell();
  const reason = given.text('reason');
  return { by, ...(reason === undefined ? {} : { reason }) };
}

function userOfShell(): string {
  try {
    return userInfo().username;
  } catch (error) {
    throw new CliUsageError('--by is missing, and the user of this shell has no name: say who asks.', { cause: error });
  }
}
