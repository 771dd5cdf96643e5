import { requireAccess } from '@minos/common';

export interface AuthorizeOptions {
  /** One of them is enough. A principal with the role `*` has every role. @default none is asked for */
  readonly roles?: readonly string[];
  /** All of them are needed. A principal with the role `*` has every permission. @default none is asked for */
  readonly permissions?: readonly string[];
}

/**
 * Lets a handler run for messages of principals who have one of the roles and all of the permissions. Others are refused with the rejection `forbidden`, as is a message
 * without a principal. `@Roles()` and `@Permissions()` of `@minos/auth` mean the same.
 */
export function Authorize(options: AuthorizeOptions): ClassDecorator {
  return (target) => requireAccess(target, options);
}
