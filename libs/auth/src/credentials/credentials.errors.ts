import { MinosError } from '@minos/common';

/** The list of services does not fit. */
export class ServicesInvalidError extends MinosError {
  readonly code = 'SERVICES_INVALID' as const;
  readonly retryable = false;

  constructor(readonly faults: readonly string[]) {
    super(
      `The list of services does not fit: ${faults.join('; ')}. Write MINOS_SERVICES=order:<SHA-256 of its secret in hex>,product:<…>, for example with the output of "printf %s $SECRET | sha256sum".`,
    );
  }
}
