import { isMinosError, type Principal, TOKEN_VERIFIER, type TokenVerifier } from '@minos/common';
import { bearerToken } from '@minos/common/http';
import { type CanActivate, type ExecutionContext, type HttpException, Inject, Injectable, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ManagementForbiddenException, ManagementUnauthenticatedException, ManagementUnavailableException } from './management.errors.js';
import { managementSettings, type ManagementSettings } from './management-settings.js';

/** Roles that may see how a service is inside. Every service has the first, when it acts on its own by a token of the auth service. */
const ROLES = ['service', 'admin', '*'];

/**
 * Outside production everybody is let in. In production a request needs a bearer token: that of a service that acts on its own, that of an admin, both as the `TokenVerifier` of the application takes them, or the
 * one of `MINOS_MANAGEMENT_TOKEN`. Without a verifier and without that variable nobody is let in. Who is refused gets `application/problem+json` with a code, where no filter of the application answers otherwise.
 */
@Injectable()
export class ManagementGuard implements CanActivate {
  private readonly settings: ManagementSettings = managementSettings(process.env);

  constructor(
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Optional() @Inject(TOKEN_VERIFIER) private readonly verifier?: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.settings.open) return true;
    const http = context.switchToHttp();
    const token = bearerToken(http.getRequest<RequestLike>().headers['authorization']);
    if (token !== undefined && this.settings.isToken(token)) return true;
    const response = http.getResponse<object>();
    const principal = token === undefined ? undefined : await this.principalOf(token, response);
    if (principal === undefined) throw this.refusal(response, new ManagementUnauthenticatedException(), ['WWW-Authenticate', 'Bearer']);
    if (!maySee(principal)) throw this.refusal(response, new ManagementForbiddenException());
    return true;
  }

  private async principalOf(token: string, response: object): Promise<Principal | undefined> {
    try {
      return await this.verifier?.verifyToken(token);
    } catch (error) {
      if (isMinosError(error, 'PRINCIPAL_REFUSED')) return undefined;
      if (!isMinosError(error) || !error.retryable) throw error;
      throw this.refusal(response, new ManagementUnavailableException(error), ['Retry-After', '1']);
    }
  }

  /** With the headers that the document of `exception` goes with: Nest's own handling of exceptions sets none. */
  private refusal(response: object, exception: HttpException, header?: readonly [name: string, value: string]): HttpException {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json');
    if (header !== undefined) httpAdapter.setHeader(response, ...header);
    return exception;
  }
}

/** A token whose subject made it itself is that of a service, such as the gateway, which asks for itself and not for a caller. */
function maySee({ subject, issuer, roles }: Principal): boolean {
  return subject === issuer || ROLES.some((role) => roles.includes(role));
}

interface RequestLike {
  readonly headers: Readonly<Record<string, unknown>>;
}
