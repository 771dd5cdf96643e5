import { type JsonObject, MinosError } from '@minos/common';

/** No instance has this id, or this key; or it was forgotten after its end. */
export class SagaNotFoundError extends MinosError {
  readonly code = 'SAGA_NOT_FOUND' as const;
  readonly retryable = false;

  constructor(what: string) {
    super(
      `There is no saga ${what} in this database. "npx minos sagas list" shows which there are; those that have ended are forgotten after a while.`,
      {
        details: { saga: what },
      },
    );
  }
}

/** An operation that does not fit where the instance is: each says what was found, and what can be done instead. */
abstract class OperationError extends MinosError {
  constructor(message: string, details: JsonObject = {}) {
    super(message, { details });
  }
}

/** The instance has ended: nothing can be done with it any more. */
export class SagaEndedError extends OperationError {
  readonly code = 'SAGA_ENDED' as const;
  readonly retryable = false;
}

/** The pivot has begun: from there on the saga goes forward only. */
export class SagaPastPivotError extends OperationError {
  readonly code = 'SAGA_PAST_PIVOT' as const;
  readonly retryable = false;
}

/** The plan has no step of this name. */
export class SagaStepUnknownError extends OperationError {
  readonly code = 'SAGA_STEP_UNKNOWN' as const;
  readonly retryable = false;
}

/** The step waits for nothing, so there is nothing to try again or to skip. */
export class SagaStepNotOpenError extends OperationError {
  readonly code = 'SAGA_STEP_NOT_OPEN' as const;
  readonly retryable = false;
}

/** The instance is not in a status in which this can be done. */
export class SagaOperationRefusedError extends OperationError {
  readonly code = 'SAGA_OPERATION_REFUSED' as const;
  readonly retryable = false;
}

/** A state or an output that the saga can not go on with. */
export class SagaInputRefusedError extends OperationError {
  readonly code = 'SAGA_INPUT_REFUSED' as const;
  readonly retryable = false;
}

/** The instance is not in the revision any more that the edit was made of. */
export class SagaChangedError extends OperationError {
  readonly code = 'SAGA_CHANGED' as const;
  readonly retryable = false;
}

/** A request was stored, and no process has carried it out in time. */
export class SagaNotCarriedError extends MinosError {
  readonly code = 'SAGA_NOT_CARRIED' as const;
  readonly retryable = false;

  constructor(
    { id, name, version, request }: { readonly id: string; readonly name: string; readonly version: number; readonly request: string },
    withinMs: number,
  ) {
    super(
      `No process carried out what was asked of the saga ${name} ${id} within ${withinMs} ms. It stays asked, and is done once a process of the service runs that has version ${version} of ${name}: ` +
        `do not ask again. Look at its journal for the request ${request}.`,
      { details: { id, name, version, request } },
    );
  }
}

const REFUSALS = [
  SagaEndedError,
  SagaPastPivotError,
  SagaStepUnknownError,
  SagaStepNotOpenError,
  SagaInputRefusedError,
  SagaChangedError,
  SagaOperationRefusedError,
] as const;

/** The error with which another process has refused an operation. */
export function refusalOf(code: string, message: string, details: JsonObject): MinosError {
  const made = REFUSALS.map((Refusal) => new Refusal(message, details));
  return made.find((error) => error.code === code) ?? new SagaOperationRefusedError(message, details);
}
