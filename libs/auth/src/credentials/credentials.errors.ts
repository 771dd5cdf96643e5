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

/** No service credential came with the request, or one that is not known. Says not whether the name or the secret is wrong. */
export class ServiceCredentialRefusedError extends MinosError {
  readonly code = 'SERVICE_CREDENTIAL_REFUSED' as const;
  readonly retryable = false;

  constructor() {
    super(
      'This is for services: send HTTP Basic with the name of the service and its MINOS_SERVICE_SECRET, and list the SHA-256 of the secret in MINOS_SERVICES of the server.',
    );
  }
}
