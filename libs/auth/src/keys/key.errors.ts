import { MinosError } from '@minos/common';

/** The keys of tokens cannot be had: nothing can be said about a token, which may be good. */
export class KeysUnavailableError extends MinosError {
  readonly code = 'KEYS_UNAVAILABLE' as const;
  readonly retryable = true;

  constructor(why: string, cause?: unknown) {
    super(`The keys that tokens are verified with cannot be had: ${why}. See that AUTH_URL leads to the auth service and that it runs.`, {
      cause,
    });
  }
}
