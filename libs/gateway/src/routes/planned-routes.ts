import type { Endpoint } from '@minos/discovery';
import type { Route, RouteConflict } from '../contracts/routes.js';
import type { InternalPaths } from './internal-paths.js';
import { parseTemplate } from './path-template.js';
import type { PlannedRoute } from './route-tree.js';

/** Routes by where their paths begin, and what was left out. Never changed, and the same object for the same declaration. */
export interface RoutePlan {
  /** By the first segment in small letters where it is a literal, else under {@link OPEN}: only places whose plans change are built again. */
  readonly places: ReadonlyMap<string, readonly PlannedRoute[]>;
  readonly refused: readonly RouteConflict[];
}

/** The place of routes that do not begin with a literal; no literal is empty. */
export const OPEN = '';

/** Puts routes into places; those that no client may reach, or whose template cannot be read, are left out. */
export function planRoutes(routes: readonly Route[], internal: InternalPaths): RoutePlan {
  const places = new Map<string, PlannedRoute[]>();
  const refused: RouteConflict[] = [];
  for (const route of routes) {
    const planned = planRoute(route, internal);
    if ('reason' in planned) {
      refused.push(planned);
      continue;
    }
    const [first] = planned.template.segments;
    const place = first?.kind === 'literal' ? first.text.toLowerCase() : OPEN;
    const there = places.get(place);
    if (there === undefined) places.set(place, [planned]);
    else there.push(planned);
  }
  return { places, refused };
}

function planRoute(route: Route, internal: InternalPaths): PlannedRoute | RouteConflict {
  const { method, path, service } = route;
  const template = typeof path === 'string' ? parseTemplate(path) : 'is no text';
  if (typeof template === 'string' || !isDeclared(route)) return { method, path, service, reason: 'invalid' };
  const literals = template.segments.map((segment) => (segment.kind === 'literal' ? segment.text : ''));
  return internal.covers(literals) ? { method, path, service, reason: 'internal' } : { route, template };
}

/** What a registry says is not believed: a route whose access cannot be read would be open or closed by chance. */
function isDeclared({ method, access }: Route): boolean {
  const texts = (value: unknown): boolean => Array.isArray(value) && value.every((text) => typeof text === 'string');
  return (
    typeof method === 'string' &&
    /^(\*|[A-Z]+(-[A-Z]+)*)$/.test(method) &&
    access.length > 0 &&
    access.every(
      (one: Partial<Endpoint['access']> | undefined) => typeof one?.public === 'boolean' && texts(one.roles) && texts(one.permissions),
    )
  );
}
