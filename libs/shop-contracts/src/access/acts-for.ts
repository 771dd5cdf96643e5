import { isUuid, type Principal } from '@minos/common';

/** Who may do everything in the shop. */
const ANYONE_ELSE = ['*', 'admin'];

/** Whether a caller may see and use what belongs to this account: the user whose id it has, who may everything, and services in what they do on their own. Work that nobody asked for is the service's own. */
export function actsFor(principal: Principal | undefined, accountId: string): boolean {
  if (principal === undefined) return true;
  return principal.subject === accountId || principal.roles.some((role) => ANYONE_ELSE.includes(role)) || isServiceItself(principal);
}

/** A service that says of itself, in a message, that it acts on its own. What comes through the gateway is the gateway's word: a service has nothing to ask of people's accounts there. */
function isServiceItself({ subject, issuer, roles }: Principal): boolean {
  return roles.includes('service') && subject === `service:${issuer}`;
}

/** The account that a caller has by itself: that of the user's id. */
export function ownAccount(principal: Principal | undefined): string | undefined {
  return isUuid(principal?.subject ?? '') ? principal?.subject : undefined;
}
