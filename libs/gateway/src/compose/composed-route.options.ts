import type { Access } from '@minos/auth';
import {
  copyJson,
  DEFAULT_PAYLOAD_LIMITS,
  type Duration,
  isMinosError,
  option,
  type OptionFault,
  OptionField,
  optionGroup,
  type OptionOutcome,
  validateOptions,
} from '@minos/common';
import type { Route } from '../contracts/routes.js';
import { takeRoute } from '../routes/route-options.js';

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

const PART = optionGroup({
  after: option.list(option.string()).default([]),
  ask: option.custom<ComposedPartOptions['ask']>('a function that answers a path', (value) => typeof value === 'function'),
  within: option.duration({ min: 1 }).default(Number.MAX_SAFE_INTEGER),
  otherwise: option.custom<ComposedPartOptions['otherwise']>("'fail', 'omit' or { default: … } with JSON", isOtherwise),
  rejections: option.oneOf('otherwise', 'fail').default('otherwise'),
});

const COMPOSED = optionGroup({
  path: option.string(),
  access: option
    .custom<Partial<Access>>('{ public, roles, permissions }', (value) => typeof value === 'object' && value !== null)
    .optional(),
  within: option.duration({ min: 1 }).default('5s'),
  policy: option.string().optional(),
  parts: new OptionField<readonly ComposedPart[]>(takeParts),
});

/** Lists of composed routes in options; `service` is the name that they are listed by. */
export const composedRouteListField = (service = 'gateway'): OptionField<readonly ComposedRoute[]> =>
  option.list(new OptionField<ComposedRoute>((value, path) => takeComposed(value, path, service)));

/** Reads composed routes; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveComposedRoutes(given: readonly ComposedRouteOptions[], service?: string): readonly ComposedRoute[] {
  return validateOptions('composed routes', { composed: composedRouteListField(service) }, { composed: given }).composed;
}

function takeComposed(value: unknown, path: string, service: string): OptionOutcome<ComposedRoute> {
  const outcome = COMPOSED.take(value, path);
  if (!('value' in outcome)) return outcome;
  const { path: template, access, policy, within, parts } = outcome.value;
  const given = { path: template, method: 'GET', service, ...(access && { access }), ...(policy !== undefined && { policy }) };
  const route = takeRoute(given, path);
  return 'value' in route ? { value: { route: { ...route.value, source: 'composed' }, within, parts } } : route;
}

function takeParts(value: unknown, path: string): OptionOutcome<readonly ComposedPart[]> {
  const named = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  if (named.length === 0) return { expected: 'parts by their names, one at least' };
  const faults: OptionFault[] = [];
  const parts = named.flatMap(([name, given], at) => {
    const outcome = PART.take(given, `${path}.${name}`);
    if ('faults' in outcome) faults.push(...outcome.faults);
    if (!('value' in outcome)) return [];
    const before = named.slice(0, at).map(([other]) => other);
    faults.push(...orderFaults(outcome.value.after, before, `${path}.${name}.after`));
    return [{ name, ...outcome.value }];
  });
  return faults.length > 0 ? { faults } : { value: parts };
}

function orderFaults(after: readonly string[], before: readonly string[], path: string): readonly OptionFault[] {
  const missing = after.filter((name) => !before.includes(name));
  return missing.map((name) => ({ path, message: `there is no part "${name}" before it; put that first, or correct the name` }));
}

function isOtherwise(value: unknown): boolean {
  if (value === 'fail' || value === 'omit') return true;
  return typeof value === 'object' && value !== null && 'default' in value && isJson(value.default);
}

function isJson(value: unknown): boolean {
  try {
    copyJson(value, DEFAULT_PAYLOAD_LIMITS);
    return true;
  } catch (error) {
    if (!isMinosError(error, 'PAYLOAD_REFUSED')) throw error;
    return false;
  }
}
