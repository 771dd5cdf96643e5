import { isUuid, type Principal } from '@minos/common';

/** Who may do everything in the shop; `service` is a service that acts on its own. */
const ANYONE_ELSE = ['*', 'admin', 'service'];

/** Whether a caller may see and use what belongs to this account: the user whose id it has, and who may everything. Work that nobody asked for is the service's own. */
export function actsFor(principal: Principal | undefined, accountId: string): boolean {
  if (principal === undefined) return true;
  return principal.subject === accountId || principal.roles.some((role) => ANYONE_ELSE.includes(role));
}

/** The account that a caller has by itself: that of the user's id. */
export function ownAccount(principal: Principal | undefined): string | undefined {
  return isUuid(principal?.subject ?? '') ? principal?.subject : undefined;
}
