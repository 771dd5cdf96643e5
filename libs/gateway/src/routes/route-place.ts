import type { RouteConflict } from '../contracts/routes.js';
import { emptyNode, insertRoute, type PlannedRoute, type RouteNode } from './route-tree.js';

/** All routes whose paths begin alike. */
export interface Place {
  /** What it was built from: lists of one service each. */
  readonly parts: readonly (readonly PlannedRoute[])[];
  readonly node: RouteNode;
  readonly conflicts: readonly RouteConflict[];
  /** Services by method and shape. */
  readonly owners: ReadonlyMap<string, string>;
}

/** Builds the tree of a place, or answers the one that is there where nothing changed. Who had a shape before keeps it. */
export function buildPlace(parts: readonly (readonly PlannedRoute[])[], before: Place | undefined): Place {
  if (before !== undefined && before.parts.length === parts.length && parts.every((part, index) => part === before.parts[index]))
    return before;
  const node = emptyNode();
  const owners = new Map<string, string>();
  const conflicts: RouteConflict[] = [];
  for (const planned of inOrder(parts.flat(), before)) {
    const conflict = insertRoute(node, planned);
    if (conflict === undefined) owners.set(keyOf(planned), planned.route.service);
    else conflicts.push(conflict);
  }
  return { parts, node, conflicts, owners };
}

function inOrder(all: readonly PlannedRoute[], before: Place | undefined): readonly PlannedRoute[] {
  const rank = (planned: PlannedRoute): number => {
    if (planned.route.source !== 'registry') return 0;
    return before?.owners.get(keyOf(planned)) === planned.route.service ? 1 : 2;
  };
  return [0, 1, 2].flatMap((wanted) => all.filter((planned) => rank(planned) === wanted));
}

function keyOf({ route, template }: PlannedRoute): string {
  return `${route.method} ${template.shape}`;
}
