import type { Access } from '@minos/auth';
import type { Route } from '../contracts/routes.js';
import { parseTemplate } from '../routes/path-template.js';
import type { DocumentPart, PartOperation } from './document-part.js';
import { COMPONENT_KINDS, type ComponentKind, isRecord, type JsonRecord, type OpenApiDocument } from './open-api.js';
import { PartCopier, safeText } from './part-copier.js';

/** What is known of one service. */
export interface KnownPart {
  /** `undefined`: nothing was ever read. */
  readonly part: DocumentPart | undefined;
  /** Since when it cannot be read, ISO-8601. */
  readonly awaySince: string | undefined;
}

export interface MergeInput {
  readonly title: string;
  readonly version: string;
  readonly routes: readonly Route[];
  readonly parts: ReadonlyMap<string, KnownPart>;
}

const BEARER = 'bearer';
const ANY_METHOD = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH'];
/** Of an operation nothing else comes along. */
const TAKEN = ['summary', 'description', 'parameters', 'requestBody', 'responses', 'deprecated'] as const;

/** A document while it is made. */
interface Merging {
  readonly parts: MergeInput['parts'];
  readonly components: ReadonlyMap<ComponentKind, Map<string, unknown>>;
  readonly copiers: Map<string, PartCopier>;
  readonly paths: Map<string, Record<string, JsonRecord>>;
}

/** One document of all routes: what is described of each by its service, and who may call it, by the gateway. What is no route of the gateway does not come in. */
export function mergeDocuments({ title, version, routes, parts }: MergeInput): OpenApiDocument {
  const components = new Map<ComponentKind, Map<string, unknown>>(COMPONENT_KINDS.map((kind) => [kind, new Map<string, unknown>()]));
  const merging: Merging = { parts, components, copiers: new Map(), paths: new Map() };
  for (const route of routes) {
    for (const method of route.method === '*' ? ANY_METHOD : [route.method]) addOperation(merging, route, method);
  }
  const paths = [...merging.paths].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    openapi: '3.0.3',
    info: { title, version },
    servers: [{ url: '/' }],
    tags: tagsOf(routes, parts),
    paths: Object.fromEntries(paths),
    components: { ...shownComponents(components), securitySchemes: { [BEARER]: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  };
}

/** A method that is known of a path stays: it is that of the more specific route. */
function addOperation(merging: Merging, route: Route, method: string): void {
  const part = merging.parts.get(route.service)?.part;
  const operation = part && describedBy(part, route, method);
  const described = part && operation && { described: operation, copier: copierOf(merging, route.service, part) };
  const path = shownPath(operation === undefined || route.rewrite !== undefined ? route.path : operation.path);
  const item = merging.paths.get(path) ?? {};
  item[method.toLowerCase()] ??= operationOf(route, method, described);
  merging.paths.set(path, item);
}

function copierOf({ copiers, components }: Merging, service: string, part: DocumentPart): PartCopier {
  let copier = copiers.get(service);
  if (copier === undefined) copiers.set(service, (copier = new PartCopier(service, part, components)));
  return copier;
}

function describedBy(part: DocumentPart, route: Route, method: string): PartOperation | undefined {
  const shape = upstreamShape(route);
  // Documents know no rest: there it is a parameter like others.
  return part.operations.get(`${method} ${shape}`) ?? part.operations.get(`${method} ${shape.replace('{...}', '{}')}`);
}

/** The shape of the path that the service is asked for. */
function upstreamShape({ path, rewrite }: Route): string {
  const template = parseTemplate(path);
  if (rewrite === undefined) return typeof template === 'string' ? path : template.shape;
  const texts = rewrite.map((part) => (typeof part === 'string' ? part.toLowerCase() : typeof part === 'number' ? '{}' : '{...}'));
  return `/${texts.join('/')}`;
}

const shownPath = (path: string): string => path.replace('...}', '}');

interface Described {
  readonly described: PartOperation;
  readonly copier: PartCopier;
}

function operationOf(route: Route, method: string, described: Described | undefined): JsonRecord {
  const { service, access } = route;
  const taken = described === undefined ? {} : takenFrom(route, described);
  const text = typeof taken['description'] === 'string' && taken['description'] !== '' ? `${taken['description']}\n\n` : '';
  return {
    responses: { default: { description: 'Not described.' } },
    ...(described === undefined && parametersOf(route)),
    ...taken,
    operationId: `${service}.${method} ${route.path}`.replaceAll(/[^\w.-]+/g, '_'),
    tags: [service],
    description: `${text}${access.map(whoMay).join(' And, while releases differ: ')}`,
    security: access.every((one) => one.public) ? [] : [{ [BEARER]: [] }],
  };
}

function takenFrom(route: Route, { described, copier }: Described): Record<string, unknown> {
  const { operation, shared, path } = described;
  const own: readonly unknown[] = Array.isArray(operation['parameters']) ? operation['parameters'] : [];
  const parameters = [...shared, ...own].filter(isRecord);
  const named = route.rewrite === undefined ? parameters : renamed(route, path, parameters);
  const all: JsonRecord = { ...operation, parameters: named };
  const fitting = TAKEN.filter((key) => isFitting(key, all[key]));
  return Object.fromEntries(fitting.map((key) => [key, copier.copy(all[key], key === 'responses' ? 'names' : 'keywords')]));
}

/** What has another type than it should have would break whoever reads the document. */
function isFitting(key: (typeof TAKEN)[number], value: unknown): boolean {
  switch (key) {
    case 'summary':
    case 'description':
      return typeof value === 'string';
    case 'parameters':
      return Array.isArray(value);
    case 'deprecated':
      return typeof value === 'boolean';
    case 'requestBody':
    case 'responses':
      return isRecord(value);
  }
}

/** Parameters of a path that is rewritten are called as in the path of the gateway. */
function renamed(route: Route, upstream: string, parameters: readonly JsonRecord[]): readonly JsonRecord[] {
  const nameAt = (path: string, at: number): string | undefined => /^\{(\w[\w-]*)/.exec(path.split('/')[at + 1] ?? '')?.[1];
  const names = new Map<unknown, string>();
  for (const [at, part] of (route.rewrite ?? []).entries()) {
    const from = typeof part === 'number' ? part : typeof part === 'object' ? part.from : undefined;
    const [there, here] = [nameAt(upstream, at), from === undefined ? undefined : nameAt(route.path, from)];
    if (there !== undefined && here !== undefined) names.set(there, here);
  }
  return parameters.map((one) => (one['in'] === 'path' ? { ...one, name: names.get(one['name']) ?? one['name'] } : one));
}

function parametersOf({ path }: Route): JsonRecord {
  const names = [...path.matchAll(/\{(\w[\w-]*)/g)].map(([, name]) => name);
  return names.length === 0 ? {} : { parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })) };
}

function whoMay({ public: open, roles, permissions }: Access): string {
  if (open) return 'Anybody may call it.';
  if (roles.length === 0 && permissions.length === 0) return 'Whoever is authenticated may call it.';
  const wanted = [
    ...(roles.length > 0 ? [`one of the roles ${list(roles)}`] : []),
    ...(permissions.length > 0 ? [`the permissions ${list(permissions)}`] : []),
  ];
  return `Who calls needs ${wanted.join(', and ')}.`;
}

const list = (names: readonly string[]): string => names.map((name) => `\`${safeText(name).replaceAll('`', '')}\``).join(', ');

function tagsOf(routes: readonly Route[], parts: MergeInput['parts']): OpenApiDocument['tags'] {
  const composed = new Set(routes.filter(({ source }) => source === 'composed').map(({ service }) => service));
  return [...new Set(routes.map(({ service }) => service))].sort().map((name) => {
    const { part, awaySince } = parts.get(name) ?? { part: undefined, awaySince: undefined };
    if (composed.has(name)) return { name, description: 'Put together by the gateway from the answers of several services.' };
    if (part === undefined) return { name, description: 'Its document cannot be read: only its routes are known.' };
    return awaySince === undefined ? { name } : { name, description: `Away since ${awaySince}: this is how it was before.` };
  });
}

function shownComponents(components: ReadonlyMap<ComponentKind, ReadonlyMap<string, unknown>>): JsonRecord {
  return Object.fromEntries([...components].flatMap(([kind, named]) => (named.size === 0 ? [] : [[kind, Object.fromEntries(named)]])));
}
