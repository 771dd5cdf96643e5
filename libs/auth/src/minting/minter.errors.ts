import { MinosError } from '@minos/common';

/** No token can be made now: no key of this process is published. */
export class MintingKeyMissingError extends MinosError {
  readonly code = 'MINTING_KEY_MISSING' as const;
  readonly retryable = true;

  constructor(failure: string | undefined) {
    super(
      `No service token can be made: no key of this process is registered with the auth service${failure === undefined ? ' yet' : ` (${failure})`}. ` +
        'See that AUTH_URL leads there, that MINOS_SERVICE_SECRET is the one it knows, and that this service may mint.',
    );
  }
}
