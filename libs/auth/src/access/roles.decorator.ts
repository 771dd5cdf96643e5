import type { RouteDecorator } from '@minos/common';
import { namedAccess } from './named-access.js';

/**
 * One of these roles is needed to call the controller or the route, or to have a message handled by the class. On a route it replaces what the controller says. Writes
 * metadata and nothing else. Throws `ACCESS_INVALID` where it names none.
 */
export function Roles(...roles: readonly [string, ...string[]]): RouteDecorator {
  return namedAccess('Roles', 'roles', roles);
}
