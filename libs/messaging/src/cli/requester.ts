import { userInfo } from 'node:os';
import { CliUsageError, type CliOption } from '@minos/postgres';
import type { ParkedRequester } from '../parked/parked-keys.js';
import type { Given } from './given.js';

export const REQUESTER_OPTIONS: Readonly<Record<string, CliOption>> = {
  by: { type: 'string', value: 'name', help: 'who asks, for the audit (the user of this shell, if left out)' },
  reason: { type: 'string', value: 'text', help: 'why, for the audit' },
};

export function requesterOf(given: Given): ParkedRequester {
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
