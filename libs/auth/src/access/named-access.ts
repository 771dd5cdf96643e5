import { defineMetadata, ownMetadata, type RouteDecorator } from '@minos/common';
import { AccessInvalidError } from './access.errors.js';

/** Messaging's `@Authorize()` writes under the same keys, so that the decorators mean the same on a message handler. */
const ROLES = Symbol.for('@minos/authorize');
const PERMISSIONS = Symbol.for('@minos/permissions');

export const rolesOf = (target: object): readonly string[] | undefined => ownMetadata(target, ROLES);
export const permissionsOf = (target: object): readonly string[] | undefined => ownMetadata(target, PERMISSIONS);

export const writeRoles = (names: readonly string[]): RouteDecorator => writing(ROLES, 'Roles', names);
export const writePermissions = (names: readonly string[]): RouteDecorator => writing(PERMISSIONS, 'Permissions', names);

/** A list without names would ask for nothing, which nobody means who writes it. */
function writing(key: symbol, decorator: string, names: readonly string[]): RouteDecorator {
  if (names.length === 0 || names.some((name) => typeof name !== 'string' || name === '')) throw new AccessInvalidError(decorator);
  const list = Object.freeze([...names]);
  return (target, _key, descriptor) => defineMetadata((descriptor?.value as object | undefined) ?? target, key, list);
}
