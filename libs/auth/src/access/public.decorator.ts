import { PublicRoute, type RouteDecorator } from '@minos/common';

/** Anybody may call the controller, or the route, also without a token. Writes metadata and nothing else. */
export function Public(): RouteDecorator {
  return PublicRoute();
}
