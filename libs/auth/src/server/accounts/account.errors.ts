import { MinosError } from '@minos/common';

/** The e-mail address is none, or one that no account may have. */
export class EmailRefusedError extends MinosError {
  readonly code = 'EMAIL_REFUSED' as const;
  readonly retryable = false;

  constructor(why: string) {
    super(`email ${why}`, { details: { path: 'email' } });
  }
}

/** The password is too short, too long, or one that everybody tries first. */
export class PasswordRefusedError extends MinosError {
  readonly code = 'PASSWORD_REFUSED' as const;
  readonly retryable = false;

  constructor(field: string, why: string) {
    super(`${field} ${why}`, { details: { path: field } });
  }
}

export class AccountNotFoundError extends MinosError {
  readonly code = 'ACCOUNT_NOT_FOUND' as const;
  readonly retryable = false;

  constructor() {
    super('There is no account with this id.');
  }
}

/** Taking the role or the account of the last administrator would leave nobody who can give it back. */
export class OwnAccountError extends MinosError {
  readonly code = 'ACCOUNT_IS_OWN' as const;
  readonly retryable = false;

  constructor() {
    super('An administrator can not disable the own account or take the role "admin" from it. Ask another administrator.');
  }
}

export class AdminExistsError extends MinosError {
  readonly code = 'ADMIN_EXISTS' as const;
  readonly retryable = false;

  constructor() {
    super('There is an administrator already. Sign in as one and give the role with PUT /auth/users/{id}/roles.');
  }
}
