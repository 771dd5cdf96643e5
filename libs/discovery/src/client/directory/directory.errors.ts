import { MinosError } from '@minos/common';
import { failureText } from '@minos/common/http';

/** The source of the directory could not be read in time. It goes on trying. */
export class DirectoryUnavailableError extends MinosError {
  readonly code = 'DIRECTORY_UNAVAILABLE' as const;
  readonly retryable = true;

  /** `look` says what to do. */
  constructor(source: string, withinMs: number, look: string, cause?: unknown) {
    const reason = cause === undefined ? '' : ` (${failureText(cause)})`;
    super(`Nothing is known of the services: ${source} told nothing within ${withinMs} ms${reason}. ${look}`, {
      ...(cause === undefined ? {} : { cause }),
      details: { withinMs },
    });
  }
}

/** No instance of a service is known that requests can be sent to. */
export class ServiceUnavailableError extends MinosError {
  readonly code = 'SERVICE_UNAVAILABLE' as const;
  readonly retryable = true;

  constructor(service: string) {
    super(`No instance of the service "${service}" is known. Look whether it runs and is ready, and whether it has registered.`, {
      details: { service },
    });
  }
}
