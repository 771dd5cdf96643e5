import { isMinosError, type PayloadIssue } from '@minos/common';
import type { MessageFault } from './middleware.errors.js';

/** Stands for a command whose data its schema refused, so that the sender can be told. No handler sees it. */
export class UnfitMessage {
  constructor(readonly errors: readonly MessageFault[]) {}
}

/** What `decode` answers, or the {@link UnfitMessage} where the schema of the class refused the data. */
export function decodeOrUnfit(decode: () => object): object {
  try {
    return decode();
  } catch (error) {
    if (!isMinosError(error, 'PAYLOAD_REFUSED') || error.details['reason'] !== 'payload.schema') throw error;
    const { issues = [] } = error.details as { issues?: readonly PayloadIssue[] };
    return new UnfitMessage(issues.map(({ path, message }) => ({ path, message })));
  }
}
