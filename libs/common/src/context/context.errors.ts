import { MinosError } from '../errors/minos-error.js';

export class NotInRequestError extends MinosError {
  readonly code = 'NOT_IN_REQUEST' as const;
  readonly retryable = false;

  constructor() {
    super(
      'identify() was called where no request runs. Call it in a guard or a middleware behind the HTTP edge of MinosModule, and not inside of runInContext().',
    );
  }
}
