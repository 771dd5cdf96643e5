import type { IdempotencyScope } from '../contracts/idempotency-store.js';
import { MinosError } from '../errors/minos-error.js';

/** Another unit stored an answer under this key first. Nothing of the refused unit was stored; read the stored answer. */
export class IdempotencyKeyTakenError extends MinosError {
  readonly code = 'IDEMPOTENCY_KEY_TAKEN' as const;
  readonly retryable = false;

  constructor({ key, method, route }: IdempotencyScope) {
    super(`The idempotency key "${key}" of ${method} ${route} was answered by another request first. Read its answer and give it again.`, {
      details: { key, method, route },
    });
  }
}
