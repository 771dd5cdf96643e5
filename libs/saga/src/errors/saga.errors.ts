import { MinosError } from '@minos/common';

/** What keeps the application from starting; all of it at once. */
export class SagaPlansInvalidError extends MinosError {
  readonly code = 'SAGA_PLANS_INVALID' as const;
  readonly retryable = false;

  constructor(faults: readonly string[]) {
    super(
      `The plans of sagas have ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
      {
        details: { faults },
      },
    );
  }
}

/** No saga of this name, or class, is known here. */
export class SagaUnknownError extends MinosError {
  readonly code = 'SAGA_UNKNOWN' as const;
  readonly retryable = false;

  constructor(what: string, known: readonly string[]) {
    super(
      `There is no saga ${what} in this service; known are: ${known.join(', ') || 'none'}. Add it: MinosModule.forFeature({ sagas: [${what}] }).`,
      {
        details: { saga: what },
      },
    );
  }
}
