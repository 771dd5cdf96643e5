import type { Route, RouteConflict, RouteMatch, RouteTable } from '../contracts/routes.js';
import type { InternalPaths } from './internal-paths.js';
import { collectMethods, findLeaf, isExact, type RouteNode, routesOf } from './route-tree.js';

const NOT_FOUND: RouteMatch = { kind: 'not-found' };

/** Routes in a tree of segments. */
export class TreeRouteTable implements RouteTable {
  private list: readonly Route[] | undefined;

  constructor(
    private readonly root: RouteNode,
    private readonly internal: InternalPaths,
    readonly conflicts: readonly RouteConflict[],
  ) {}

  get routes(): readonly Route[] {
    return (this.list ??= routesOf(this.root));
  }

  match(method: string, segments: readonly string[]): RouteMatch {
    // Also here, since parameters and the rest fit internal paths, too.
    if (this.internal.covers(segments)) return NOT_FOUND;
    const leaf = findLeaf(this.root, { method, segments }, 0);
    if (leaf === undefined) return this.otherMethods(segments);
    return isExact(leaf, segments) ? leaf.found : NOT_FOUND;
  }

  private otherMethods(segments: readonly string[]): RouteMatch {
    const methods = new Set<string>();
    collectMethods(this.root, segments, 0, methods);
    if (methods.size === 0) return NOT_FOUND;
    if (methods.has('GET')) methods.add('HEAD');
    return { kind: 'method-not-allowed', allow: [...methods].sort() };
  }
}
