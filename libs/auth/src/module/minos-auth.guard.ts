import { currentContext, identify, isMinosError, type Principal, Rejection } from '@minos/common';
import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  Logger,
  Optional,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { accessOf, hasAccess } from '../access/access-of.js';
import { mayAccess } from '../access/may-access.js';
import type { Access } from '../contracts/access.js';
import { hasAuthorization } from '../credentials/bearer-token.js';
import { CHALLENGE, MinosJwtStrategy, REFUSED_CHALLENGE } from './minos-jwt.strategy.js';

/** Says who calls and whether they may. HTTP routes without any decorator need a caller who is known. */
@Injectable()
export class MinosAuthGuard implements CanActivate {
  private readonly logger = new Logger('Auth');
  private readonly accesses = new WeakMap<object, WeakMap<object, Access>>();

  /** Without a strategy nobody is authenticated, and the principal of the surrounding context counts. */
  constructor(
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Optional() @Inject(MinosJwtStrategy) private readonly strategy?: MinosJwtStrategy,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = this.accessOf(context);
    switch (context.getType()) {
      case 'http':
        return this.admitRequest(context, access);
      case 'rpc':
        return admitMessage(context, access);
      default:
        return admitOther(access);
    }
  }

  private async admitRequest(context: ExecutionContext, access: Access): Promise<boolean> {
    const [request, response] = [context.switchToHttp().getRequest<UserRequest>(), context.switchToHttp().getResponse<unknown>()];
    const principal =
      this.strategy === undefined ? currentContext().principal : await this.authenticate(this.strategy, request, { access, response });
    if (principal !== undefined) request.user = principal;
    if (access.public) return true;
    if (principal === undefined) throw this.challenge(response, CHALLENGE);
    if (!mayAccess(principal, access)) throw new ForbiddenException('The caller may not do this.');
    return true;
  }

  /** A token that is refused is as good as none where none is needed. */
  private async authenticate(strategy: MinosJwtStrategy, request: object, { access, response }: Answering): Promise<Principal | undefined> {
    try {
      const caller = await strategy.callerOf(request);
      if (caller === undefined && !access.public && hasAuthorization(request)) throw this.challenge(response, REFUSED_CHALLENGE);
      return caller === undefined ? undefined : identified(caller);
    } catch (error) {
      if (isMinosError(error, 'PRINCIPAL_REFUSED')) {
        this.logger.debug(error.message);
        if (access.public) return undefined;
        throw this.challenge(response, REFUSED_CHALLENGE);
      }
      if (isMinosError(error) && error.retryable)
        throw new ServiceUnavailableException('Who calls cannot be found out at the moment. Try again.', { cause: error });
      throw error;
    }
  }

  private challenge(response: unknown, challenge: string): UnauthorizedException {
    this.adapterHost.httpAdapter.setHeader(response, 'WWW-Authenticate', challenge);
    return new UnauthorizedException('The request needs a valid token.');
  }

  /** Read once for each route: decorators do not change. */
  private accessOf(context: ExecutionContext): Access {
    const [controller, handler] = [context.getClass(), context.getHandler()];
    const known = this.accesses.get(controller) ?? new WeakMap<object, Access>();
    const access = known.get(handler) ?? accessOf(controller, handler);
    this.accesses.set(controller, known.set(handler, access));
    return access;
  }
}

interface UserRequest {
  user?: Principal;
}

interface Answering {
  readonly access: Access;
  readonly response: unknown;
}

/** The principal as it acts in this request, which everything that follows from it goes on with. */
function identified(caller: Principal): Principal {
  const principal = Object.freeze({ ...caller, correlationId: currentContext().correlationId ?? '' });
  try {
    identify(principal);
  } catch (error) {
    // Without the HTTP edge of MinosModule there is no context to say it to; the request carries it.
    if (!isMinosError(error, 'NOT_IN_REQUEST')) throw error;
  }
  return principal;
}

/** Messages are believed, or not, before they come here; what is left is what their principal may do. */
function admitMessage(context: ExecutionContext, access: Access): boolean {
  if (!hasAccess(access)) return true;
  const { principal } = currentContext();
  if (principal !== undefined && mayAccess(principal, access)) return true;
  throw new Rejection('forbidden', `${context.getClass().name}.${context.getHandler().name}() may not run for this principal.`);
}

function admitOther(access: Access): boolean {
  const { principal } = currentContext();
  if (access.public || (principal !== undefined && mayAccess(principal, access))) return true;
  throw new ForbiddenException('The caller may not do this.');
}
