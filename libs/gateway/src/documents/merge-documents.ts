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
  /** By shape: a document may have one path of a shape, whatever its parameters are called. */
  readonly paths: Map<string, { readonly path: string; readonly item: Record<string, JsonRecord> }>;
  readonly operationIds: Set<string>;
}

/** One document of all routes: what is described of each by its service, and who may call it, by the gateway. What is no route of the gateway does not come in. */
export function mergeDocuments({ title, version, routes, parts }: MergeInput): OpenApiDocument {
  const components = new Map<ComponentKind, Map<string, unknown>>(COMPONENT_KINDS.map((kind) => [kind, new Map<string, unknown>()]));
  const merging: Merging = { parts, components, copiers: new Map(), paths: new Map(), operationIds: new Set() };
  for (const route of restsLast(routes)) {
    for (const method of route.method === '*' ? ANY_METHOD : [route.method]) addOperation(merging, route, method);
  }
  const paths = [...merging.paths.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
  return {
    openapi: '3.0.3',
    info: { title, version },
    servers: [{ url: '/' }],
    tags: tagsOf(routes, parts),
    paths: Object.fromEntries(paths.map(({ path, item }) => [path, item])),
    components: { ...shownComponents(components), securitySchemes: { [BEARER]: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  };
}

/** Documents know no rest: of two paths that look alike there the more specific one is shown. */
function restsLast(routes: readonly Route[]): readonly Route[] {
  const isRest = ({ path }: Route): boolean => path.endsWith('...}');
  return [...routes.filter((route) => !isRest(route)), ...routes.filter(isRest)];
}

function addOperation(merging: Merging, route: Route, method: string): void {
  const shape = shapeOf(route.path).replace('{...}', '{}');
  const { path, item } = merging.paths.get(shape) ?? { path: route.path.replace('...}', '}'), item: {} };
  merging.paths.set(shape, { path, item });
  if (item[method.toLowerCase()] !== undefined) return;
  const part = merging.parts.get(route.service)?.part;
  const operation = part && describedBy(part, route, method);
  const described = part && operation && { described: operation, copier: copierOf(merging, route.service, part) };
  item[method.toLowerCase()] = { operationId: freeId(merging, route, method), ...operationOf(route, path, described) };
}

function freeId({ operationIds }: Merging, { service, path }: Route, method: string): string {
  let id = `${service}.${method} ${path}`.replaceAll(/[^\w.-]+/g, '_');
  while (operationIds.has(id)) id += '_';
  operationIds.add(id);
  return id;
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
  if (rewrite === undefined) return shapeOf(path);
  const texts = rewrite.map((part) => (typeof part === 'string' ? part.toLowerCase() : typeof part === 'number' ? '{}' : '{...}'));
  return `/${texts.join('/')}`;
}

function shapeOf(path: string): string {
  const template = parseTemplate(path);
  return typeof template === 'string' ? path : template.shape;
}

interface Described {
  readonly described: PartOperation;
  readonly copier: PartCopier;
}

function operationOf(route: Route, path: string, described: Described | undefined): JsonRecord {
  const { service, access } = route;
  const taken = described === undefined ? withParameters(path, []) : takenFrom(route, path, described);
  const text = typeof taken['description'] === 'string' && taken['description'] !== '' ? `${taken['description']}\n\n` : '';
  return {
    responses: { default: { description: 'Not described.' } },
    ...taken,
    tags: [service],
    description: `${text}${access.map(whoMay).join(' And, while releases differ: ')}`,
    security: access.every((one) => one.public) ? [] : [{ [BEARER]: [] }],
  };
}

function takenFrom(route: Route, path: string, { described, copier }: Described): JsonRecord {
  const { operation, shared } = described;
  const own: readonly unknown[] = Array.isArray(operation['parameters']) ? operation['parameters'] : [];
  const parameters = renamed(route, path, { upstream: described.path, parameters: [...shared, ...own].filter(isRecord) });
  const all: JsonRecord = { ...operation, ...withParameters(path, parameters) };
  const fitting = TAKEN.filter((key) => isFitting(key, all[key]));
  return Object.fromEntries(fitting.map((key) => [key, copier.copy(all[key], key === 'responses' ? 'names' : 'keywords')]));
}

/** Those of the path must be there, unless references may hold them. */
function withParameters(path: string, known: readonly JsonRecord[]): JsonRecord {
  const names = [...path.matchAll(/\{(\w[\w-]*)/g)].map(([, name]) => name);
  const missing = names.filter((name) => !known.some((one) => '$ref' in one || (one['in'] === 'path' && one['name'] === name)));
  const parameters = [...known, ...missing.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))];
  return parameters.length === 0 ? {} : { parameters };
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
      return isRecord(value) && Object.keys(value).length > 0;
  }
}

/** Parameters are called as in the path that is shown: it may be rewritten on the way, or that of another service's route. */
function renamed(
  { rewrite, path: own }: Route,
  shown: string,
  { upstream, parameters }: { readonly upstream: string; readonly parameters: readonly JsonRecord[] },
): readonly JsonRecord[] {
  const nameAt = (path: string, at: number): string | undefined => /^\{(\w[\w-]*)/.exec(path.split('/')[at + 1] ?? '')?.[1];
  const names = new Map<unknown, string>();
  for (const [at, part] of (
    rewrite ??
    own
      .split('/')
      .slice(1)
      .map((_, index) => index)
  ).entries()) {
    const from = typeof part === 'object' ? part.from : part;
    const [there, here] = [nameAt(upstream, at), typeof from === 'string' ? undefined : nameAt(shown, from)];
    if (there !== undefined && here !== undefined) names.set(there, here);
  }
  return parameters.map((one) => (one['in'] === 'path' ? { ...one, name: names.get(one['name']) ?? one['name'] } : one));
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
