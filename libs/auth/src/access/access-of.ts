import { isPublicRoute } from '@minos/common';
import type { Access } from '../contracts/access.js';
import { permissionsOf, rolesOf } from './write-access.js';

const PUBLIC: Access = Object.freeze({ public: true, roles: Object.freeze([]), permissions: Object.freeze([]) });
const NONE: readonly string[] = Object.freeze([]);

/**
 * Who may call a route: by what stands on its method, else on the class of the controller, else on the nearest class that this one extends. Default deny: without any
 * decorator the caller must be known. On one and the same place `@Roles` and `@Permissions` outweigh `@Public`.
 */
export function accessOf(controllerClass: object, method: string | symbol | object): Access {
  const route = typeof method === 'object' || typeof method === 'function' ? method : methodOf(controllerClass, method);
  const places = [...(route === undefined ? [] : [route]), ...lineOf(controllerClass)];
  const roles = nearest(places, rolesOf);
  const permissions = nearest(places, permissionsOf);
  const isPublic = nearest(places, (place) => isPublicRoute(place) || undefined);
  if (isPublic !== undefined && isPublic.at < Math.min(roles?.at ?? Infinity, permissions?.at ?? Infinity)) return PUBLIC;
  return { public: false, roles: roles?.found ?? NONE, permissions: permissions?.found ?? NONE };
}

/** Whether anything says who may: message handlers without it are left to the trust between services. */
export function hasAccess({ public: anybody, roles, permissions }: Access): boolean {
  return !anybody && roles.length + permissions.length > 0;
}

function nearest<T>(
  places: readonly object[],
  read: (place: object) => T | undefined,
): { readonly at: number; readonly found: T } | undefined {
  for (const [at, place] of places.entries()) {
    const found = read(place);
    if (found !== undefined) return { at, found };
  }
  return undefined;
}

function methodOf(controllerClass: object, name: string | symbol): object | undefined {
  const { prototype } = controllerClass as { readonly prototype?: Readonly<Record<string | symbol, unknown>> };
  const method = prototype?.[name];
  return typeof method === 'function' ? method : undefined;
}

/** The class, and those that it extends. */
function lineOf(controllerClass: object): object[] {
  const line: object[] = [];
  for (let one: unknown = controllerClass; typeof one === 'function' && one !== Function.prototype; one = Object.getPrototypeOf(one))
    line.push(one);
  return line;
}
