import { defineMetadata, ownMetadata } from '@minos/common';

export interface AuthorizeOptions {
  /** One of them is enough. A principal with the role `*` has every role. @default none is asked for */
  readonly roles?: readonly string[];
  /** All of them are needed. A principal with the role `*` has every permission. @default none is asked for */
  readonly permissions?: readonly string[];
}

/** `@Roles()` and `@Permissions()` of `@minos/auth` write under the same keys. */
const AUTHORIZE = Symbol.for('@minos/authorize');
const PERMISSIONS = Symbol.for('@minos/permissions');

/**
 * Lets a handler run for messages of principals who have one of the roles and all of the permissions. Others are refused with the rejection `forbidden`, as is a message
 * without a principal.
 */
export function Authorize({ roles, permissions }: AuthorizeOptions): ClassDecorator {
  return (target) => {
    if (roles !== undefined) defineMetadata(target, AUTHORIZE, Object.freeze([...roles]));
    if (permissions !== undefined) defineMetadata(target, PERMISSIONS, Object.freeze([...permissions]));
  };
}

/** The roles that the decorators of exactly this class wrote. */
export function authorizedRolesOf(target: object): readonly string[] | undefined {
  return ownMetadata<readonly string[]>(target, AUTHORIZE);
}

/** The permissions that the decorators of exactly this class wrote. */
export function authorizedPermissionsOf(target: object): readonly string[] | undefined {
  return ownMetadata<readonly string[]>(target, PERMISSIONS);
}
