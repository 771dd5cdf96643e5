import { MinosError } from '@minos/common';

/** The key of a service is not taken. */
export class ServiceKeyRefusedError extends MinosError {
  readonly code = 'SERVICE_KEY_REFUSED' as const;
  readonly retryable = false;

  constructor(path: string, why: string) {
    super(`${path} ${why}`, { details: { path } });
  }
}

/** A service that may not make tokens asked to. */
export class ServiceNotMinterError extends MinosError {
  readonly code = 'SERVICE_NOT_MINTER' as const;
  readonly retryable = false;

  constructor(service: string) {
    super(`The service "${service}" may not make tokens. Only the services named by the option "services.minters" may.`, {
      details: { service },
    });
  }
}
