import type { Principal } from '@minos/common';
import type { Access } from '../contracts/access.js';

const EVERY = '*';

/** Whether a known caller may. A principal with the role `*` has every role and permission. */
export function mayAccess(principal: Principal, { roles, permissions }: Access): boolean {
  const held = principal.roles;
  if ((roles.length === 0 && permissions.length === 0) || held.includes(EVERY)) return true;
  if (roles.length > 0 && !roles.some((role) => held.includes(role))) return false;
  return permissions.every((permission) => principal.permissions?.includes(permission) ?? false);
}
