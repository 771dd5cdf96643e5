import { currentContext, Rejection, type Principal } from '@minos/common';
import type { MessageAuthorizer } from '../contracts/message-authorizer.js';
import type { HandlerCall, HandlerDescription, MessageMiddleware } from '../contracts/message-middleware.js';
import { authorizedRolesOf } from './authorize.decorator.js';

const EVERY_ROLE = '*';

/** The code of the rejection that answers who may not. */
export const FORBIDDEN = 'forbidden';

/** Checks the principal of the message against the roles of the handler, then asks the authoriser; none where there is neither. */
export function authorisation({ handler }: HandlerDescription, authorizer: MessageAuthorizer | undefined): MessageMiddleware | undefined {
  const roles = authorizedRolesOf(handler.type);
  return roles === undefined && authorizer === undefined ? undefined : new Authorisation(roles, authorizer);
}

class Authorisation implements MessageMiddleware {
  constructor(
    private readonly roles: readonly string[] | undefined,
    private readonly authorizer: MessageAuthorizer | undefined,
  ) {}

  async handle(call: HandlerCall, next: () => Promise<unknown>): Promise<unknown> {
    const { principal } = currentContext();
    if (!hasRole(principal, this.roles)) throw refusal(call, principal);
    if (this.authorizer !== undefined && !(await this.authorizer.authorize(call, principal))) throw refusal(call, principal);
    return next();
  }
}

function hasRole(principal: Principal | undefined, wanted: readonly string[] | undefined): boolean {
  if (wanted === undefined) return true;
  return principal?.roles.some((role) => role === EVERY_ROLE || wanted.includes(role)) ?? false;
}

function refusal({ name }: HandlerCall, principal: Principal | undefined): Rejection {
  const who = principal === undefined ? 'a message without a principal' : `"${principal.subject}"`;
  return new Rejection(FORBIDDEN, `${name} may not be handled for ${who}.`);
}
