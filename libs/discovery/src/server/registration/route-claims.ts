import type { Endpoint, OwnedRoute, RegisterRequest, RouteClaim } from '../../contracts/index.js';
import { shapeOf } from '../../routes/path-template.js';

/** What a service claims with its endpoints. */
export function claimsOf(endpoints: readonly Endpoint[]): readonly RouteClaim[] {
  return endpoints.map(({ method, path }) => ({ method, path, shape: shapeOf(path) }));
}

/** The first claim of another service for one of these routes; `*` stands for every method, and GET and HEAD are one: whoever answers the one answers the other. */
export function conflicts(
  { service, routes }: Pick<RegisterRequest, 'service' | 'routes'>,
  claims: readonly OwnedRoute[],
): OwnedRoute | undefined {
  return claims.find(
    (claim) => claim.service !== service && routes.some(({ method, shape }) => shape === claim.shape && meet(method, claim.method)),
  );
}

function meet(one: string, other: string): boolean {
  return one === other || one === '*' || other === '*' || (isRead(one) && isRead(other));
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
