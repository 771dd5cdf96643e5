import { MinosError } from '@minos/common';

/** In production a service has no secret to show to the registry. */
export class DiscoverySecretMissingError extends MinosError {
  readonly code = 'DISCOVERY_SECRET_MISSING' as const;
  readonly retryable = false;

  constructor() {
    super(
      'DISCOVERY_URL is set, and this service has no secret to show there. Set MINOS_SERVICE_SECRET, and list its SHA-256 in MINOS_SERVICES of the registry.',
    );
  }
}

/** Nobody says which service this is. */
export class DiscoveryServiceMissingError extends MinosError {
  readonly code = 'DISCOVERY_SERVICE_MISSING' as const;
  readonly retryable = false;

  constructor() {
    super(
      "DiscoveryModule does not know which service this is. Import MinosModule.forRoot({ service }) beside it, or give it the option service: 'order'.",
    );
  }
}
