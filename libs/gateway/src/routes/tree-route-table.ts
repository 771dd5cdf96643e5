import type { Route, RouteConflict, RouteMatch, RouteTable } from '../contracts/routes.js';
import type { InternalPaths } from './internal-paths.js';
import { collectMethods, findLeaf, isExact, type Looked, MOST_VISITS, type RouteNode, routesOf } from './route-tree.js';

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
    const looked: Looked = { method, segments, visits: MOST_VISITS };
    const leaf = findLeaf(this.root, looked, 0);
    // A less specific route might be what was found by then.
    if (looked.visits < 0) return NOT_FOUND;
    if (leaf === undefined) return this.otherMethods(segments);
    return isExact(leaf, segments) ? leaf.found : NOT_FOUND;
  }

  private otherMethods(segments: readonly string[]): RouteMatch {
    const methods = new Set<string>();
    const looked: Looked = { method: '*', segments, visits: MOST_VISITS };
    collectMethods(this.root, looked, 0, methods);
    if (methods.size === 0 || looked.visits < 0) return NOT_FOUND;
    if (methods.has('GET')) methods.add('HEAD');
    return { kind: 'method-not-allowed', allow: [...methods].sort() };
  }
}
