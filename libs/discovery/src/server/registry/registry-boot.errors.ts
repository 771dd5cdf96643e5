import { MinosError } from '@minos/common';

/** In production a registry does not know whom to believe. */
export class ServicesMissingError extends MinosError {
  readonly code = 'SERVICES_MISSING' as const;
  readonly retryable = false;

  constructor() {
    super(
      'MINOS_SERVICES is not set: the registry would believe every service. List the services as order:<SHA-256 of its secret in hex>,product:<…>.',
    );
  }
}
