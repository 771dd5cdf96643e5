import { MinosError } from './minos-error.js';

/** Whoever says to act, by a token or in a message, is not believed. The reason is for logs: whoever tries must not learn from it. */
export class PrincipalRefusedError extends MinosError {
  readonly code = 'PRINCIPAL_REFUSED' as const;
  readonly retryable = false;
}
