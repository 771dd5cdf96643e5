import { MinosError } from '@minos/common';

export class IdempotencyKeyInvalidError extends MinosError {
  readonly code = 'IDEMPOTENCY_KEY_INVALID' as const;
  readonly retryable = false;

  constructor() {
    super('Idempotency-Key must be 1 to 255 visible ASCII characters, given once.');
  }
}

export class IdempotencyKeyReusedError extends MinosError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED' as const;
  readonly retryable = false;

  constructor() {
    super('This Idempotency-Key came with another request before. Use a new key for a new request, and the same body to repeat one.');
  }
}

export class IdempotencyKeyInUseError extends MinosError {
  readonly code = 'IDEMPOTENCY_KEY_IN_USE' as const;
  readonly retryable = true;

  constructor() {
    super('The first request with this Idempotency-Key is still being handled. Ask again for its answer.');
  }
}
