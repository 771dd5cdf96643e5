import { hasRequiredAccess, type Principal } from '@minos/common';
import type { Access } from '../contracts/access.js';

/** Whether a known caller may. A principal with the role `*` has every role and permission. */
export function mayAccess(principal: Principal, { roles, permissions }: Access): boolean {
  return hasRequiredAccess(principal, { roles: roles.length === 0 ? undefined : roles, permissions });
}
