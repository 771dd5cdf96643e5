import { currentContext, hasRequiredAccess, type Principal, Rejection, type RequiredAccess, requiredAccessOf } from '@minos/common';
import type { MessageAuthorizer } from '../contracts/message-authorizer.js';
import type { HandlerCall, HandlerDescription, MessageMiddleware } from '../contracts/message-middleware.js';

/** The code of the rejection that answers who may not. */
export const FORBIDDEN = 'forbidden';

/** Checks the principal of the message against the roles and permissions of the handler, then asks the authoriser; none where there is nothing to ask. */
export function authorisation({ handler }: HandlerDescription, authorizer: MessageAuthorizer | undefined): MessageMiddleware | undefined {
  const wanted = requiredAccessOf(handler.type);
  const asks = wanted.roles !== undefined || wanted.permissions !== undefined || authorizer !== undefined;
  return asks ? new Authorisation(wanted, authorizer) : undefined;
}

class Authorisation implements MessageMiddleware {
  constructor(
    private readonly wanted: RequiredAccess,
    private readonly authorizer: MessageAuthorizer | undefined,
  ) {}

  async handle(call: HandlerCall, next: () => Promise<unknown>): Promise<unknown> {
    const { principal } = currentContext();
    if (!mayRun(principal, this.wanted)) throw refusal(call, principal);
    if (this.authorizer !== undefined && !(await this.authorizer.authorize(call, principal))) throw refusal(call, principal);
    return next();
  }
}

function mayRun(principal: Principal | undefined, wanted: RequiredAccess): boolean {
  if (wanted.roles === undefined && wanted.permissions === undefined) return true;
  return principal !== undefined && hasRequiredAccess(principal, wanted);
}

function refusal({ name }: HandlerCall, principal: Principal | undefined): Rejection {
  const who = principal === undefined ? 'a message without a principal' : `"${principal.subject}"`;
  return new Rejection(FORBIDDEN, `${name} may not be handled for ${who}.`);
}
