import { defineMetadata, ownMetadata } from '@minos/common';

export interface AuthorizeOptions {
  /** One of them is enough. A principal with the role `*` has every role. */
  readonly roles: readonly string[];
}

const AUTHORIZE = Symbol.for('@minos/authorize');

/** Lets a handler run for messages of principals who have one of the roles. Others are refused with the rejection `forbidden`, as is a message without a principal. */
export function Authorize(options: AuthorizeOptions): ClassDecorator {
  return (target) => defineMetadata(target, AUTHORIZE, Object.freeze([...options.roles]));
}

/** What the decorator of exactly this class wrote. */
export function authorizedRolesOf(target: object): readonly string[] | undefined {
  return ownMetadata<readonly string[]>(target, AUTHORIZE);
}
