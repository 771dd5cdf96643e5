import type { Principal } from '@minos/common';
import type { LimitedCaller, RateDecision, RateLimiter } from '../contracts/limits.js';
import type { Route, RouteTables } from '../contracts/routes.js';
import { OWN_POLICY } from '../limits/rate-limit.options.js';
import { accessRefusal, isPublic } from './access-check.js';
import { type Authenticator, type Identity, isPromise } from './authenticator.js';
import type { Incoming } from '../request/incoming.js';
import { type Problem, PROBLEMS, withHeaders } from '../problems/problem.js';

/** What may go on, and where to; or why not. `principal` and `route` are there as far as they were found out. */
export class Admission {
  constructor(
    readonly route: Route | undefined,
    readonly principal: Principal | undefined,
    readonly problem: Problem | undefined,
  ) {}
}

export interface AdmissionParts {
  readonly tables: RouteTables;
  readonly authenticator: Authenticator;
  /** `undefined`: everybody as often as they like. */
  readonly rates: RateLimiter | undefined;
}

const NOT_FOUND = new Admission(undefined, undefined, PROBLEMS.notFound);

/**
 * Finds the route of a request, then who calls, then whether that caller may use that route, then whether they come too often: on what was read once, so that nothing behind it can mean
 * something else. Answers at once where the token is known.
 */
export function admit(incoming: Incoming, parts: AdmissionParts): Admission | Promise<Admission> {
  const match = parts.tables.current.match(incoming.method, incoming.target.segments);
  if (match.kind !== 'found') return withinRate(incoming, match.kind === 'not-found' ? NOT_FOUND : notAllowed(match.allow), parts);
  const { route } = match;
  const identity = parts.authenticator.authenticate(incoming.head.authorization);
  return isPromise(identity) ? identity.then((found) => decide(incoming, route, found, parts)) : decide(incoming, route, identity, parts);
}

function notAllowed(methods: readonly string[]): Admission {
  return new Admission(undefined, undefined, withHeaders(PROBLEMS.method, 'Allow', methods.join(', ')));
}

/** On behalf of somebody who is known already: the caller of a composed route, for one of its parts. */
export function admitAs(
  incoming: Pick<Incoming, 'method' | 'target' | 'caller'>,
  principal: Principal | undefined,
  parts: AdmissionParts,
): Admission {
  const match = parts.tables.current.match(incoming.method, incoming.target.segments);
  return match.kind === 'found' ? decide(incoming, match.route, { principal }, parts) : NOT_FOUND;
}

function decide(incoming: Pick<Incoming, 'caller'>, route: Route, identity: Identity, parts: AdmissionParts): Admission {
  const refusal = 'refusal' in identity ? identity.refusal : undefined;
  const principal = 'refusal' in identity ? undefined : identity.principal;
  // A token that has ended does not keep anybody from a route that needs none: how else would they get a new one?
  const denied = refusal !== undefined && !isPublic(route.access) ? refusal : accessRefusal(route.access, principal);
  return withinRate(incoming, new Admission(route, principal, denied && withChallenge(denied)), parts);
}

/** What load balancers ask for: behind one whose address all clients share, a limit would let any of them take the gateway out. */
const PROBES = /^\/health(?:\/|$)/;

/** For a path that the application answers itself: whether the caller asks too often. */
export function ownPathRefusal({ caller, target }: Pick<Incoming, 'caller' | 'target'>, { rates }: AdmissionParts): Problem | undefined {
  if (rates === undefined || PROBES.test(target.path)) return undefined;
  const decision = rates.take(OWN_POLICY, { address: caller.address });
  return decision.allowed ? undefined : tooMany(decision);
}

/** Who is refused anyway counts, too: otherwise tokens could be guessed, and paths tried, without a limit. */
function withinRate({ caller }: Pick<Incoming, 'caller'>, admission: Admission, { rates }: AdmissionParts): Admission {
  if (rates === undefined) return admission;
  const { route, principal } = admission;
  const decision = rates.take(route?.policy, limitedCaller(caller, principal));
  return decision.allowed ? admission : new Admission(route, principal, tooMany(decision));
}

/** Who a request counts for, at each of the limits. */
export function limitedCaller({ address }: Incoming['caller'], principal: Principal | undefined): LimitedCaller {
  return { address, principal: principal && keyOf(principal) };
}

/** Of those that come again and cannot change: a text that is made anew would be hashed anew at each limit. */
const keys = new WeakMap<Principal, string>();

function keyOf(principal: Principal): string {
  const known = keys.get(principal);
  if (known !== undefined) return known;
  const key = `${principal.tenant} ${principal.subject}`;
  if (Object.isFrozen(principal)) keys.set(principal, key);
  return key;
}

function withChallenge(problem: Problem): Problem {
  if (problem.status === 503) return withHeaders(problem, 'Retry-After', '1');
  if (problem.status !== 401) return problem;
  const error = problem === PROBLEMS.tokenRefused ? ', error="invalid_token"' : '';
  return withHeaders(problem, 'WWW-Authenticate', `Bearer realm="minos"${error}`);
}

function tooMany({ limit, remaining, resetMs, retryAfterMs }: RateDecision): Problem {
  return withHeaders(
    PROBLEMS.tooMany,
    'Retry-After',
    seconds(retryAfterMs),
    'RateLimit-Limit',
    String(limit),
    'RateLimit-Remaining',
    String(remaining),
    'RateLimit-Reset',
    seconds(resetMs),
  );
}

function seconds(milliseconds: number): string {
  return String(Math.max(1, Math.ceil(milliseconds / 1000)));
}
