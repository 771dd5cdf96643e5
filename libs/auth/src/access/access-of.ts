import { isPublic, requiredAccessOf } from '@minos/common';
import type { Access } from '../contracts/access.js';

const PUBLIC: Access = Object.freeze({ public: true, roles: Object.freeze([]), permissions: Object.freeze([]) });
const NONE: readonly string[] = Object.freeze([]);

/**
 * Who may call a route: by what stands on its method, else on the class of the controller, else on the nearest class that this one extends. Default deny: without any
 * decorator the caller must be known. On one and the same place `@Roles` and `@Permissions` outweigh `@Public`.
 */
export function accessOf(controllerClass: object, method: string | symbol | object): Access {
  const places = placesOf(controllerClass, method);
  const roles = nearest(places, (place) => requiredAccessOf(place).roles);
  const permissions = nearest(places, (place) => requiredAccessOf(place).permissions);
  const open = nearest(places, (place) => (isPublic(place) ? NONE : undefined));
  if (open.at < Math.min(roles.at, permissions.at)) return PUBLIC;
  return { public: false, roles: roles.found, permissions: permissions.found };
}

/** Whether anything says who may: message handlers without it are left to the trust between services. */
export function hasAccess({ public: anybody, roles, permissions }: Access): boolean {
  return !anybody && roles.length + permissions.length > 0;
}

/** What the nearest place says, and how far away it is. */
function nearest(
  places: readonly object[],
  read: (place: object) => readonly string[] | undefined,
): { readonly at: number; readonly found: readonly string[] } {
  for (const [at, place] of places.entries()) {
    const found = read(place);
    if (found !== undefined) return { at, found };
  }
  return { at: Infinity, found: NONE };
}

/** The method, the class, and those that it extends, from the nearest on. */
function placesOf(controllerClass: object, method: string | symbol | object): object[] {
  const route = typeof method === 'string' || typeof method === 'symbol' ? methodOf(controllerClass, method) : method;
  const line = lineOf(controllerClass);
  return route === undefined ? line : [route, ...line];
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
