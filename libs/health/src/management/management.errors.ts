import { STATUS_CODES } from 'node:http';
import { ForbiddenException, type HttpException, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common';

/** Nobody says who calls, or the token is refused. Like the others of Nest's own kind, so that filters of an application for those take it. */
export class ManagementUnauthenticatedException extends UnauthorizedException {
  readonly code = 'MANAGEMENT_UNAUTHENTICATED' as const;
  readonly retryable = false;

  constructor() {
    super('The request needs the token of a service, of an admin, or that of MINOS_MANAGEMENT_TOKEN.');
  }

  override getResponse(): object {
    return problemOf(this);
  }
}

/** The caller is known, and neither a service nor an admin. */
export class ManagementForbiddenException extends ForbiddenException {
  readonly code = 'MANAGEMENT_FORBIDDEN' as const;
  readonly retryable = false;

  constructor() {
    super('The caller may not see this.');
  }

  override getResponse(): object {
    return problemOf(this);
  }
}

/** The token cannot be verified at the moment. */
export class ManagementUnavailableException extends ServiceUnavailableException {
  readonly code = 'MANAGEMENT_UNAVAILABLE' as const;
  readonly retryable = true;

  constructor(cause: unknown) {
    super('Who calls cannot be found out at the moment. Try again.', { cause });
  }

  override getResponse(): object {
    return problemOf(this);
  }
}

/** The whole document, RFC 9457: not every application has a filter that makes one of an exception. */
function problemOf(error: HttpException & { readonly code: string }): object {
  const status = error.getStatus();
  return { type: 'about:blank', title: STATUS_CODES[status], status, detail: error.message, code: error.code };
}
