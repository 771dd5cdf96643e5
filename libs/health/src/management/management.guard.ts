import { isMinosError, type Principal, TOKEN_VERIFIER, type TokenVerifier } from '@minos/common';
import { bearerToken } from '@minos/common/http';
import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  Optional,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { managementSettings, type ManagementSettings } from './management-settings.js';

/** Roles that may see how a service is inside. Every service has the first, when it acts on its own by a token of the auth service. */
const ROLES = ['service', 'admin', '*'];

/**
 * Outside production everybody is let in. In production a request needs a bearer token: that of a service that acts on its own, that of an admin, both as the `TokenVerifier` of the application takes them, or the
 * one of `MINOS_MANAGEMENT_TOKEN`. Without a verifier and without that variable nobody is let in.
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
    const principal = token === undefined ? undefined : await this.principalOf(token);
    if (principal === undefined) {
      this.adapterHost.httpAdapter.setHeader(http.getResponse<unknown>(), 'WWW-Authenticate', 'Bearer');
      throw new UnauthorizedException('The request needs the token of a service, of an admin, or that of MINOS_MANAGEMENT_TOKEN.');
    }
    if (!maySee(principal)) throw new ForbiddenException('The caller may not see this.');
    return true;
  }

  private async principalOf(token: string): Promise<Principal | undefined> {
    try {
      return await this.verifier?.verifyToken(token);
    } catch (error) {
      if (isMinosError(error, 'PRINCIPAL_REFUSED')) return undefined;
      if (isMinosError(error) && error.retryable)
        throw new ServiceUnavailableException('Who calls cannot be found out at the moment. Try again.', { cause: error });
      throw error;
    }
  }
}

/** A token whose subject made it itself is that of a service, such as the gateway, which asks for itself and not for a caller. */
function maySee({ subject, issuer, roles }: Principal): boolean {
  return subject === issuer || ROLES.some((role) => roles.includes(role));
}

interface RequestLike {
  readonly headers: Readonly<Record<string, unknown>>;
}
