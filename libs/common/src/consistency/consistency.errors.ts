import { MinosError } from '../errors/minos-error.js';
import { CONSISTENCY_HEADER, type ConsistencyMark } from './consistency-mark.js';

export class ConsistencyTokenInvalidError extends MinosError {
  readonly code = 'CONSISTENCY_TOKEN_INVALID' as const;
  readonly retryable = false;

  constructor() {
    super(
      `The header ${CONSISTENCY_HEADER} holds nothing that this suite gave out. Send back what an answer to a command carried, or leave it out.`,
    );
  }
}

export class NotYetConsistentError extends MinosError {
  readonly code = 'NOT_YET_CONSISTENT' as const;
  readonly retryable = true;

  constructor(mark: ConsistencyMark, found: number, { cause }: { readonly cause?: unknown } = {}) {
    super(`${mark.stream} is known up to version ${found}, the answer was asked for at version ${mark.version} or later. Ask again.`, {
      details: { stream: mark.stream, version: found, atLeast: mark.version },
      ...(cause === undefined ? {} : { cause }),
    });
  }
}
