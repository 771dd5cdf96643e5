import { MinosError } from '@minos/common';

/** At boot: production needs authentication, and something of it is missing. */
export class AuthNotConfiguredError extends MinosError {
  readonly code = 'AUTH_NOT_CONFIGURED' as const;
  readonly retryable = false;

  constructor(found: string, cure: string) {
    super(`AuthModule.forRoot(): ${found}. ${cure}.`);
  }
}
