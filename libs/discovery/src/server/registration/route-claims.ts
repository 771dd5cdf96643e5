import type { Endpoint, OwnedRoute, RegisterRequest, RouteClaim, RouteConflict, RouteKey } from '../../contracts/index.js';
import { shapeOf } from '../../routes/path-template.js';
import { AskedRoutes } from './asked-routes.js';

/** What a service claims with its endpoints. */
export function claimsOf(endpoints: readonly Endpoint[]): readonly RouteClaim[] {
  return endpoints.map(({ method, path }) => ({ method, path, shape: shapeOf(path) }));
}

/** Reads a route such as `GET /files/{path...}`. */
export function routeKeyOf(text: string): RouteKey {
  const [method = '', path = ''] = text.split(' ');
  return { method, shape: shapeOf(path) };
}

/**
 * The first claim of another service that can match a request which one of these routes matches, too: the more specific template would take it from its owner. `*`
 * stands for every method, and GET and HEAD are one: whoever answers the one answers the other. Inside an open route others may have more specific ones.
 */
export function conflictOf(
  { service, routes, openRoutes }: Pick<RegisterRequest, 'service' | 'routes' | 'openRoutes'>,
  claims: readonly OwnedRoute[],
): RouteConflict | undefined {
  const tree = new AskedRoutes(routes);
  const open = new Set(openRoutes.map(textOf));
  const excused = (one: RouteKey, other: RouteKey): boolean =>
    one.shape !== other.shape && (open.has(textOf(one)) || open.has(textOf(other)));
  for (const owned of claims) {
    if (owned.service === service) continue;
    const asked = tree.meeting(owned).find((route) => meet(route.method, owned.method) && !excused(route, owned));
    if (asked !== undefined) return { asked, owned };
  }
  return undefined;
}

function textOf({ method, shape }: RouteKey): string {
  return `${method} ${shape}`;
}

function meet(one: string, other: string): boolean {
  return one === other || one === '*' || other === '*' || (isRead(one) && isRead(other));
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
