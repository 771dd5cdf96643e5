import type { Principal } from '../contracts/principal.js';
import { defineMetadata, ownMetadata } from '../metadata/class-metadata.js';

/** What a principal needs, to call a route or to have a message handled. What is left out is not asked for. */
export interface RequiredAccess {
  /** One of them is enough. */
  readonly roles?: readonly string[] | undefined;
  /** All of them are needed. */
  readonly permissions?: readonly string[] | undefined;
}

const ROLES = Symbol.for('@minos/authorize');
const PERMISSIONS = Symbol.for('@minos/permissions');
const EVERYTHING = '*';

/** Writes what is needed on a class or a method; of two calls for one of them the later one counts. `@Roles`, `@Permissions` and `@Authorize` do nothing else. */
export function requireAccess(target: object, { roles, permissions }: RequiredAccess): void {
  if (roles !== undefined) defineMetadata(target, ROLES, Object.freeze([...roles]));
  if (permissions !== undefined) defineMetadata(target, PERMISSIONS, Object.freeze([...permissions]));
}

/** What was written on exactly this class or method. */
export function requiredAccessOf(target: object): RequiredAccess {
  return { roles: ownMetadata(target, ROLES), permissions: ownMetadata(target, PERMISSIONS) };
}

/** Whether a principal has what is needed; one with the role `*` has every role and permission. */
export function hasRequiredAccess(principal: Principal, { roles, permissions }: RequiredAccess): boolean {
  if (principal.roles.includes(EVERYTHING)) return true;
  if (roles !== undefined && !roles.some((role) => principal.roles.includes(role))) return false;
  return permissions === undefined || permissions.every((permission) => principal.permissions?.includes(permission) ?? false);
}
