import { MinosError } from '@minos/common';

export class OidcProviderUnknownError extends MinosError {
  readonly code = 'OIDC_PROVIDER_UNKNOWN' as const;
  readonly retryable = false;

  constructor() {
    super('There is no such provider to sign in with.');
  }
}

/** A page to return to that is not on the list of the provider's options. */
export class OidcReturnRefusedError extends MinosError {
  readonly code = 'OIDC_RETURN_REFUSED' as const;
  readonly retryable = false;

  constructor() {
    super(
      'Nobody is sent there: returnTo must be one of the addresses that the option returnTo of the provider lists, letter for letter.',
      {
        details: { path: 'returnTo' },
      },
    );
  }
}

/** What came back from the provider does not fit what was begun in this browser, or the provider refused. */
export class OidcRefusedError extends MinosError {
  readonly code = 'OIDC_REFUSED' as const;
  readonly retryable = false;

  constructor(cause?: unknown) {
    super('Signing in with the provider did not succeed. Begin again.', { cause });
  }
}

/** The provider cannot be reached. */
export class OidcUnavailableError extends MinosError {
  readonly code = 'OIDC_UNAVAILABLE' as const;
  readonly retryable = true;

  constructor(provider: string, cause: unknown) {
    super(`The provider "${provider}" can not be reached.`, { cause, details: { provider } });
  }
}
