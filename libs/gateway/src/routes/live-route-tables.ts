import type { Clock } from '@minos/common';
import type { DirectorySnapshot, Endpoint, ServiceInstance } from '@minos/discovery';
import type { Route, RouteTable, RouteTables } from '../contracts/routes.js';
import { Declarations, sameTexts } from './declarations.js';
import { InternalPaths } from './internal-paths.js';
import { OPEN, planRoutes, type RoutePlan } from './planned-routes.js';
import { emptyNode, type RouteNode } from './route-tree.js';
import { buildPlace, type Place } from './route-place.js';
import { instancesByService, readableEndpoints, type Release, serviceRoutes } from './service-routes.js';
import { TreeRouteTable } from './tree-route-table.js';

export interface LiveRouteTablesOptions {
  readonly clock: Clock;
  /** Routes by configuration. @default none */
  readonly routes?: readonly Route[];
  /** See {@link INTERNAL_PATHS}. @default these */
  readonly internal?: readonly string[];
  /** How long the routes of a service stay after its last instance is gone, in milliseconds: requests get 503 and not 404 meanwhile. @default 15 minutes */
  readonly keepMs?: number;
}

interface KnownService {
  /** What its plan was made from. */
  readonly releases: readonly Release[];
  readonly plan: RoutePlan;
  /** Since when nobody is there, on the monotonic clock. */
  readonly goneSince?: number;
}

const KEEP_MS = 15 * 60_000;

/**
 * Makes a table of each snapshot of the directory. Work is in proportion to what changed: a declaration that was seen before is not read again, and only places (first segments) whose routes changed are built.
 *
 * A shape belongs to the service that had it first: configured routes first of all, then who has had it since before, then by the order of the snapshot.
 */
export class LiveRouteTables implements RouteTables {
  private table: RouteTable;
  private readonly internal: InternalPaths;
  private readonly configured: RoutePlan;
  /** In the order in which they came. */
  private services = new Map<string, KnownService>();
  private places = new Map<string, Place>();
  private readonly declarations = new Declarations();

  constructor(private readonly options: LiveRouteTablesOptions) {
    this.internal = new InternalPaths(options.internal);
    this.configured = planRoutes(options.routes ?? [], this.internal);
    this.table = this.build();
  }

  get current(): RouteTable {
    return this.table;
  }

  /** Routes of now are those of the snapshot. Answers whether any changed. */
  update({ instances }: DirectorySnapshot): boolean {
    const { services } = this;
    this.services = this.servicesOf(instancesByService(instances));
    if (sameServices(services, this.services)) return false;
    this.table = this.build();
    return true;
  }

  private servicesOf(present: ReadonlyMap<string, readonly ServiceInstance[]>): Map<string, KnownService> {
    const next = new Map<string, KnownService>();
    for (const [service, known] of this.services) {
      const kept = present.has(service) ? known : this.gone(known);
      if (kept !== undefined) next.set(service, kept);
    }
    for (const [service, instances] of present) {
      const known = next.get(service);
      const releases = this.releasesOf(instances, known?.releases ?? []);
      const plan = known !== undefined && sameReleases(known.releases, releases) ? known.plan : undefined;
      next.set(service, { releases, plan: plan ?? planRoutes(serviceRoutes(service, releases), this.internal) });
    }
    return next;
  }

  private gone(known: KnownService): KnownService | undefined {
    const now = this.options.clock.monotonic();
    if (known.goneSince === undefined) return { ...known, goneSince: now };
    return now - known.goneSince < (this.options.keepMs ?? KEEP_MS) ? known : undefined;
  }

  private releasesOf(instances: readonly ServiceInstance[], before: readonly Release[]): readonly Release[] {
    const releases = new Map<readonly Endpoint[], string[]>(before.map(({ endpoints }) => [endpoints, []]));
    for (const { endpoints, instance } of instances) {
      const declared = this.declarations.same(readableEndpoints(endpoints), [...releases.keys()]);
      const ids = releases.get(declared);
      if (ids === undefined) releases.set(declared, [instance]);
      else ids.push(instance);
    }
    const there = [...releases].filter(([, ids]) => ids.length > 0);
    return there.map(([endpoints, ids]) => ({ endpoints, instances: ids }));
  }

  private build(): RouteTable {
    const plans = [this.configured, ...[...this.services.values()].map(({ plan }) => plan)];
    const parts = new Map<string, (RoutePlan['places'] extends ReadonlyMap<string, infer P> ? P : never)[]>();
    for (const plan of plans) {
      for (const [place, routes] of plan.places) {
        const there = parts.get(place);
        if (there === undefined) parts.set(place, [routes]);
        else there.push(routes);
      }
    }
    const before = this.places;
    this.places = new Map([...parts].map(([place, routes]) => [place, buildPlace(routes, before.get(place))]));
    const conflicts = [...plans.flatMap(({ refused }) => refused), ...[...this.places.values()].flatMap((place) => place.conflicts)];
    return new TreeRouteTable(joined(this.places), this.internal, conflicts);
  }
}

/** One tree over all places, which it shares. */
function joined(places: ReadonlyMap<string, Place>): RouteNode {
  const root = { ...(places.get(OPEN)?.node ?? emptyNode()), literals: new Map<string, RouteNode>() };
  for (const [place, { node }] of places) {
    const child = node.literals?.get(place);
    if (place !== OPEN && child !== undefined) root.literals.set(place, child);
  }
  return root;
}

function sameServices(before: ReadonlyMap<string, KnownService>, after: ReadonlyMap<string, KnownService>): boolean {
  return before.size === after.size && [...after].every(([service, { plan }]) => before.get(service)?.plan === plan);
}

/** Which instances there are matters only where they differ. */
function sameReleases(before: readonly Release[], after: readonly Release[]): boolean {
  if (before.length !== after.length) return false;
  return after.every(({ endpoints, instances }, index) => {
    const other = before[index];
    return other?.endpoints === endpoints && (after.length === 1 || sameTexts(other.instances, instances));
  });
}
