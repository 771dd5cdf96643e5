import type { Access } from '@minos/auth';
import { type Duration, option, type OptionFault, OptionsInvalidError, validateOptions, isMinosError } from '@minos/common';
import type { Route } from '../contracts/routes.js';
import { resolveRoutes } from '../routes/route-options.js';

/** What a part may be asked by. */
export interface ComposedRequest {
  /** Of the path of the composed route; the rest is a list. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  readonly query: URLSearchParams;
}

export interface ComposedPartOptions {
  /** Names of parts that are answered first; where one of them is omitted, this one is not asked, and `otherwise` counts. @default none */
  readonly after?: readonly string[];
  /** Path and query of a route of this gateway, best written with `target`. `parts` are the answers of those it comes `after`: data of other services, not to be believed. */
  readonly ask: (request: ComposedRequest, parts: Readonly<Record<string, unknown>>) => string;
  /** How long it may take from when it is asked; what is left of the whole bounds it. @default what is left of the whole */
  readonly within?: Duration;
  /** What becomes of the whole where it fails or is late. `'fail'`: its answer is that of the whole, at once. */
  readonly otherwise: 'fail' | 'omit' | { readonly default: unknown };
  /** Whether a status from 400 to 499, too, leads to `otherwise`, or is the answer of the whole. @default 'otherwise' */
  readonly rejections?: 'otherwise' | 'fail';
}

/** A route that the gateway answers from several others. */
export interface ComposedRouteOptions {
  /** Such as `/pages/orders/{id}`; for GET and HEAD. */
  readonly path: string;
  /** Who may call; each part is asked on behalf of the same caller, and has its own rules. @default whoever is authenticated */
  readonly access?: Partial<Access>;
  /** @default '5s' */
  readonly within?: Duration;
  readonly policy?: string;
  /** In an order in which each stands after those it comes after. */
  readonly parts: Readonly<Record<string, ComposedPartOptions>>;
}

export interface ComposedPart {
  readonly name: string;
  readonly after: readonly string[];
  readonly ask: ComposedPartOptions['ask'];
  readonly within: number;
  readonly otherwise: ComposedPartOptions['otherwise'];
  readonly rejections: 'otherwise' | 'fail';
}

export interface ComposedRoute {
  /** For the route table; the one that a match answers. */
  readonly route: Route;
  readonly within: number;
  readonly parts: readonly ComposedPart[];
}

const ROUTE = {
  path: option.string(),
  access: option
    .custom<Partial<Access>>('{ public, roles, permissions }', (value) => typeof value === 'object' && value !== null)
    .optional(),
  within: option.duration({ min: 1 }).default('5s'),
  policy: option.string().optional(),
  parts: option.custom<ComposedRouteOptions['parts']>(
    'parts by their names, one at least',
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0,
  ),
};

const PART = {
  after: option.list(option.string()).default([]),
  ask: option.custom<ComposedPartOptions['ask']>('a function that answers a path', (value) => typeof value === 'function'),
  within: option.duration({ min: 1 }).default(Number.MAX_SAFE_INTEGER),
  otherwise: option.custom<ComposedPartOptions['otherwise']>("'fail', 'omit' or { default: … } with plain data", isOtherwise),
  rejections: option.oneOf('otherwise', 'fail').default('otherwise'),
};

/** Reads composed routes; `service` is the name that they are listed by. Throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveComposedRoutes(given: readonly ComposedRouteOptions[], service = 'gateway'): readonly ComposedRoute[] {
  const faults: OptionFault[] = [];
  const routes = given.map((one, at) => resolveOne(one, service, (fault) => faults.push(within(`composed[${at}]`, fault))));
  if (faults.length > 0) throw new OptionsInvalidError('composed routes', faults);
  return routes.filter((route) => route !== undefined);
}

type Fault = (fault: OptionFault) => void;

function resolveOne(given: ComposedRouteOptions, service: string, fault: Fault): ComposedRoute | undefined {
  const options = attempt(() => validateOptions('composed', ROUTE, given), fault);
  if (options === undefined) return undefined;
  const { path, access, policy, within: time } = options;
  const more = { ...(access && { access }), ...(policy !== undefined && { policy }) };
  const [route] =
    attempt(
      () => resolveRoutes([{ path, method: 'GET', service, ...more }]),
      (one) => fault({ ...one, path: one.path.replace('routes[0].', '') }),
    ) ?? [];
  const parts = Object.entries(options.parts).map(([name, part]) => resolvePart(name, part, (one) => fault(within(`parts.${name}`, one))));
  for (const [at, part] of parts.entries()) checkOrder(part, parts.slice(0, at), fault);
  return route && { route: { ...route, source: 'composed' }, within: time, parts: parts.filter((part) => part !== undefined) };
}

function resolvePart(name: string, given: unknown, fault: Fault): ComposedPart | undefined {
  const options = attempt(() => validateOptions('part', PART, given), fault);
  return options && { name, ...options };
}

function checkOrder(part: ComposedPart | undefined, before: readonly (ComposedPart | undefined)[], fault: Fault): void {
  for (const name of part?.after ?? []) {
    if (!before.some((other) => other === undefined || other.name === name))
      fault({
        path: `parts.${part?.name ?? ''}.after`,
        message: `there is no part "${name}" before it; put that first, or correct the name`,
      });
  }
}

function attempt<T>(validate: () => T, fault: Fault): T | undefined {
  try {
    return validate();
  } catch (error) {
    if (!isMinosError(error, 'OPTIONS_INVALID')) throw error;
    for (const one of error.details['faults'] as readonly OptionFault[]) fault(one);
    return undefined;
  }
}

const within = (place: string, { path, message }: OptionFault): OptionFault => ({
  path: path === '(options)' ? place : `${place}.${path}`,
  message,
});

function isOtherwise(value: unknown): boolean {
  if (value === 'fail' || value === 'omit') return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'default')) return false;
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
