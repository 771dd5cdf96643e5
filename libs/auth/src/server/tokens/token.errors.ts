import { MinosError } from '@minos/common';

/** No token came with the request, or one that is not good here. Which of its parts is wrong is not told. */
export class CallerUnknownError extends MinosError {
  readonly code = 'CALLER_UNKNOWN' as const;
  readonly retryable = false;

  constructor(cause?: unknown) {
    super('Sign in first: the request needs "Authorization: Bearer <access token>" with a token that is still good.', { cause });
  }
}

export class CallerForbiddenError extends MinosError {
  readonly code = 'CALLER_FORBIDDEN' as const;
  readonly retryable = false;

  constructor() {
    super('You may not do this: it needs a role that you do not have.');
  }
}
