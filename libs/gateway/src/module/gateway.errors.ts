import { MinosError } from '@minos/common';

/** Nobody could be told apart: production does not let everybody in. */
export class GatewayAuthenticationMissingError extends MinosError {
  readonly code = 'GATEWAY_AUTHENTICATION_MISSING' as const;
  readonly retryable = false;

  constructor() {
    super(
      'The gateway has no TokenVerifier, so every caller would be the principal "dev" with all roles, which production does not allow. ' +
        'Import AuthModule.forRoot() and set AUTH_URL, or give the option verifier.',
    );
  }
}

/** Services would get requests that say nothing of who calls. */
export class GatewayMinterMissingError extends MinosError {
  readonly code = 'GATEWAY_MINTER_MISSING' as const;
  readonly retryable = false;

  constructor() {
    super(
      'The gateway verifies tokens of clients but has nothing to make tokens for services with, so these could not tell who calls. ' +
        'Set MINOS_SERVICE_SECRET for AuthModule.forRoot(), give the option minter, or serviceTokens: false where no service looks.',
    );
  }
}

/** There is nowhere to send a request to. */
export class GatewayDirectoryMissingError extends MinosError {
  readonly code = 'GATEWAY_DIRECTORY_MISSING' as const;
  readonly retryable = false;

  constructor() {
    super(
      'The gateway does not know where services are. Import DiscoveryModule.forRoot() and set DISCOVERY_URL, give the option directory, ' +
        'or name the addresses in the options services and routes.',
    );
  }
}
