import type { Access } from '@minos/auth';
import type { Principal } from '@minos/common';
import { PROBLEMS, type Problem } from '../problems/problem.js';

/** `undefined` where the caller may do it. All of `accesses` must allow it; where there is none, nobody may. */
export function accessRefusal(accesses: readonly Access[], principal: Principal | undefined): Problem | undefined {
  if (accesses.length === 0) return principal === undefined ? PROBLEMS.unauthenticated : PROBLEMS.forbidden;
  if (isPublic(accesses)) return undefined;
  if (principal === undefined) return PROBLEMS.unauthenticated;
  return accesses.every((access) => allows(access, principal)) ? undefined : PROBLEMS.forbidden;
}

export function isPublic(accesses: readonly Access[]): boolean {
  return accesses.length > 0 && accesses.every((access) => access.public);
}

function allows(access: Access, principal: Principal): boolean {
  if (access.public || principal.roles.includes('*')) return true;
  const held = principal.permissions ?? [];
  return (
    (access.roles.length === 0 || access.roles.some((role) => principal.roles.includes(role))) &&
    access.permissions.every((permission) => held.includes(permission))
  );
}
