import { MinosError } from '@minos/common';

/** A class is bound as a message handler and lacks the method. */
export class HandlerMethodMissingError extends MinosError {
  readonly code = 'HANDLER_METHOD_MISSING' as const;
  readonly retryable = false;

  constructor(type: string, method: string) {
    super(`${type} is a message handler and has no method ${method}(message, context). Add it; a property that holds a function is none.`, {
      details: { type, method },
    });
  }
}
