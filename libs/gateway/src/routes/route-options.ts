import type { Access } from '@minos/auth';
import { type Duration, option, OptionField, optionGroup, type OptionOutcome, validateOptions } from '@minos/common';
import type { PathRewrite, Route } from '../contracts/routes.js';
import { parseTemplate, type PathTemplate } from './path-template.js';

/** A route by configuration. It comes before one of the same shape that the registry knows. */
export interface RouteOptions {
  /** Such as `/orders/{id}` or `/files/{path...}`. */
  readonly path: string;
  /** In capitals; `*` is every method. @default '*' */
  readonly method?: string;
  /** Durable name of the service that answers. */
  readonly service: string;
  /** Who may call. @default whoever is authenticated */
  readonly access?: Partial<Access>;
  /** The path that the service is asked for, with the parameters of `path`, such as `/v2/orders/{id}`. @default as it came */
  readonly rewrite?: string;
  /** How long one call may take. @default that of the gateway */
  readonly timeout?: Duration;
  /** Whether it may be sent again although the first try may have been handled. @default by its method; false for `*` */
  readonly repeatable?: boolean;
  /** Name of its rate limit. @default the common one */
  readonly policy?: string;
}

const ACCESS = {
  public: option.boolean().default(false),
  roles: option.list(option.string()).default([]),
  permissions: option.list(option.string()).default([]),
};

const isMethod = (value: unknown): boolean => typeof value === 'string' && /^(\*|[A-Z]+)$/.test(value);

const ROUTE = optionGroup({
  path: option.string(),
  method: option.custom<string>("a method in capitals, or '*'", isMethod).default('*'),
  service: option.string(),
  access: optionGroup(ACCESS).default({}),
  rewrite: option.string().optional(),
  timeout: option.duration({ min: 1 }).optional(),
  repeatable: option.boolean().optional(),
  policy: option.string().optional(),
});

/** Lists of routes in options. */
export const routeListField = (): OptionField<readonly Route[]> => option.list(new OptionField<Route>(takeRoute));

/** Reads routes; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveRoutes(given: readonly RouteOptions[]): readonly Route[] {
  return validateOptions('routes', { routes: routeListField() }, { routes: given }).routes;
}

const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** One route of a list; `path` is where it stands. */
export function takeRoute(value: unknown, path: string): OptionOutcome<Route> {
  const outcome = ROUTE.take(value, path);
  if (!('value' in outcome)) return outcome;
  const { timeout, repeatable, access, rewrite, ...given } = outcome.value as RouteFields;
  const template = parseTemplate(given.path);
  if (typeof template === 'string') return { faults: [{ path: `${path}.path`, message: `${given.path} ${template}` }] };
  const changed = rewrite === undefined ? undefined : compileRewrite(rewrite, template);
  if (typeof changed === 'string') return { faults: [{ path: `${path}.rewrite`, message: `${rewrite ?? ''} ${changed}` }] };
  const rules = { repeatable: repeatable ?? REPEATABLE.has(given.method), timeoutMs: timeout, rewrite: changed };
  return { value: { ...given, ...rules, access: [access], instances: undefined, source: 'configured' } };
}

interface RouteFields {
  readonly path: string;
  readonly method: string;
  readonly service: string;
  readonly access: Access;
  readonly rewrite: string | undefined;
  readonly timeout: number | undefined;
  readonly repeatable: boolean | undefined;
  readonly policy: string | undefined;
}

/** Ties the parameters of a rewrite to the places where `template` has them; or says what is wrong. */
function compileRewrite(rewrite: string, template: PathTemplate): PathRewrite | string {
  const target = parseTemplate(rewrite);
  if (typeof target === 'string') return target;
  const parts: (PathRewrite[number] | undefined)[] = target.segments.map((segment) => {
    if (segment.kind === 'literal') return segment.text;
    const at = template.segments.findIndex((other) => other.kind === segment.kind && other.name === segment.name);
    if (at < 0) return undefined;
    return segment.kind === 'rest' ? { from: at } : at;
  });
  const unknown = parts.indexOf(undefined);
  return unknown < 0 ? (parts as PathRewrite) : `has a parameter that ${template.path} has not, in segment ${unknown + 1}`;
}
