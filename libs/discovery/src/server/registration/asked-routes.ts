import type { RouteClaim } from '../../contracts/index.js';

const ANY = '{}';
const REST = '{...}';

interface Place {
  readonly below: Map<string, Place>;
  /** Routes that end here. */
  readonly ends: RouteClaim[];
}

const emptyPlace = (): Place => ({ below: new Map(), ends: [] });

/** The routes of one registration as a tree of segments: a claim of another service is compared with those alone that have its beginning, not with each. */
export class AskedRoutes {
  private readonly root = emptyPlace();

  constructor(routes: readonly RouteClaim[]) {
    for (const route of routes) {
      let place = this.root;
      for (const segment of segmentsOf(route)) {
        const next = place.below.get(segment) ?? emptyPlace();
        place.below.set(segment, next);
        place = next;
      }
      place.ends.push(route);
    }
  }

  /** The routes for which there is a path that this one matches, too. Methods do not count. */
  meeting(route: Pick<RouteClaim, 'shape'>): RouteClaim[] {
    const found: RouteClaim[] = [];
    collect(this.root, segmentsOf(route), 0, found);
    return found;
  }
}

function collect(place: Place, segments: readonly string[], at: number, found: RouteClaim[]): void {
  const segment = segments[at];
  if (segment === undefined) return void found.push(...place.ends);
  for (const [own, next] of placesFor(place, segment)) {
    if (own === REST) found.push(...next.ends);
    else if (segment === REST) collectAll(next, found);
    else collect(next, segments, at + 1, found);
  }
}

/** Those below the place that match something which the segment matches. */
function placesFor({ below }: Place, segment: string): Iterable<readonly [string, Place]> {
  if (segment === ANY || segment === REST) return below;
  return [segment, ANY, REST].flatMap((own) => {
    const next = below.get(own);
    return next === undefined ? [] : [[own, next] as const];
  });
}

function collectAll({ ends, below }: Place, found: RouteClaim[]): void {
  found.push(...ends);
  for (const next of below.values()) collectAll(next, found);
}

function segmentsOf({ shape }: Pick<RouteClaim, 'shape'>): readonly string[] {
  return shape === '/' ? [] : shape.slice(1).split('/');
}

/** The first segment that a claim must have to meet one of these routes; `undefined` where it may be any. */
export function firstSegmentsOf(routes: readonly RouteClaim[]): readonly string[] | undefined {
  const firsts = new Set(routes.map((route) => segmentsOf(route)[0] ?? ''));
  return firsts.has(ANY) || firsts.has(REST) ? undefined : [...firsts, ANY, REST];
}
