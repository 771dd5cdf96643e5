import { MinosError } from '@minos/common';

/** One text for every reason, so that nobody learns which addresses have accounts. */
export class LoginRefusedError extends MinosError {
  readonly code = 'LOGIN_REFUSED' as const;
  readonly retryable = false;

  constructor() {
    super('E-mail address and password do not fit together.');
  }
}

/** Too many attempts without success. Never for good; `details.retryAfterMs` says how long. */
export class LoginDelayedError extends MinosError {
  readonly code = 'LOGIN_DELAYED' as const;
  readonly retryable = true;

  constructor(retryAfterMs: number) {
    super('There were too many attempts without success. Wait before the next one.', { details: { retryAfterMs } });
  }
}

/** More requests from one address than it may make. */
export class RateExceededError extends MinosError {
  readonly code = 'RATE_EXCEEDED' as const;
  readonly retryable = true;

  constructor(retryAfterMs: number) {
    super('Too many requests came from your address. Wait before the next one.', { details: { retryAfterMs } });
  }
}

/** The refresh token is not known, used, or of a session that is over. */
export class RefreshRefusedError extends MinosError {
  readonly code = 'REFRESH_REFUSED' as const;
  readonly retryable = false;

  constructor() {
    super('The refresh token is not good any more. Sign in again.');
  }
}

/** It is not known which session is meant. */
export class SessionUnknownError extends MinosError {
  readonly code = 'SESSION_UNKNOWN' as const;
  readonly retryable = false;

  constructor() {
    super('The token does not say which session it belongs to. Send { "refreshToken": … } to end that session.');
  }
}
