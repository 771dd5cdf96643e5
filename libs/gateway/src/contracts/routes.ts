import type { Access } from '@minos/auth';

/**
 * The path that the service is asked for: a text is a literal, a number the segment of the request at that place, counted from 0, and `{ from }` all segments from there on.
 */
export type PathRewrite = readonly (string | number | { readonly from: number })[];

/** What the gateway does with requests of one method and path. Never changed. */
export interface Route {
  /** In capitals; `*` is every method. */
  readonly method: string;
  /** The template, such as `/orders/{id}`. */
  readonly path: string;
  /** Durable name of the service that answers. */
  readonly service: string;
  /** Who may call. All of them must allow it; there is more than one only while instances of the service differ, as in a roll-out. */
  readonly access: readonly Access[];
  /** Whether it may be sent again although the first try may have been handled. */
  readonly repeatable: boolean;
  /** How long one call may take, in milliseconds; `undefined`: as the gateway says. */
  readonly timeoutMs: number | undefined;
  /** Of the rate limit; `undefined`: the common one. */
  readonly policy: string | undefined;
  /** Ids of the instances that have this route; `undefined`: all of the service have it. */
  readonly instances: ReadonlySet<string> | undefined;
  /** How the path is changed on the way; `undefined`: it stays. */
  readonly rewrite: PathRewrite | undefined;
  /** `composed`: the gateway asks several routes for parts, and answers itself. */
  readonly source: 'configured' | 'composed' | 'registry';
}

/** What belongs to a request. */
export type RouteMatch =
  | { readonly kind: 'found'; readonly route: Route }
  /** The path is there, but not with this method. `allow`: the methods that are, sorted, HEAD where GET is. */
  | { readonly kind: 'method-not-allowed'; readonly allow: readonly string[] }
  | { readonly kind: 'not-found' };

/**
 * The routes at one moment; the next moment is another table. Answers at once and does no I/O.
 *
 * A path is a list of segments, each decoded exactly once; `/` is the empty list. The caller has refused what is no plain segment: empty ones, `.`, `..`, those with
 * `/`, `\` or control characters in them, and what is no valid percent-encoded UTF-8. One slash at the end is left out by it.
 *
 * Of several routes that fit, the most specific one answers: compared from the left, segment by segment, a literal comes before a parameter and a parameter before the rest; of those of one shape
 * the one of the method comes before GET (for HEAD), and that before `*`. A route whose method does not fit does not hide a less specific one whose method does.
 *
 * Letters count in literals, but a request that fits a route in all but the case of letters is not found, and goes to no less specific route either: services on Express would take it for the first.
 */
export interface RouteTable {
  /** `method` in capitals. */
  match(method: string, segments: readonly string[]): RouteMatch;
  readonly routes: readonly Route[];
  /** What was left out, and why. */
  readonly conflicts: readonly RouteConflict[];
}

/** A route that is not in the table. */
export interface RouteConflict {
  readonly method: string;
  readonly path: string;
  /** Whose route was left out. */
  readonly service: string;
  /** `owned`: another service has the same shape, and had it first. `internal`: the path is for probes, metrics or services only. `invalid`: the template cannot be read. */
  readonly reason: 'owned' | 'internal' | 'invalid';
  /** Who has it, where it is `owned`. */
  readonly owner?: string;
}

/** The table of now, and each that replaces it. */
export interface RouteTables {
  /** Costs nothing; take it once for a request. */
  readonly current: RouteTable;
}
