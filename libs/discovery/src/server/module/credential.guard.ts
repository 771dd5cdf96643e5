import { requireService, type ServiceCredentialVerifier } from '@minos/auth';
import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { REGISTRY_CREDENTIALS } from './tokens.js';

/** Where the guard leaves the service that it verified: no client can write there. */
const CALLER = Symbol.for('@minos/discovery/caller');

interface Asked {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  [CALLER]?: string;
}

/** Lets services in by their credential. */
@Injectable()
export class ServiceCredentialGuard implements CanActivate {
  constructor(@Inject(REGISTRY_CREDENTIALS) private readonly credentials: ServiceCredentialVerifier) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Asked>();
    const { authorization } = request.headers;
    request[CALLER] = await requireService(typeof authorization === 'string' ? authorization : undefined, this.credentials);
    return true;
  }
}

/** The service whose credential came with the request. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  return context.switchToHttp().getRequest<Asked>()[CALLER] ?? '';
});
