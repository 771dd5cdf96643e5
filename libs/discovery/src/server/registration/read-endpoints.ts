import type { Access } from '@minos/auth';
import type { Endpoint } from '../../contracts/index.js';
import { isOwnPath, shapeOf, templateFault } from '../../routes/path-template.js';
import { type Faults, isRecord, readText } from './faults.js';
import type { RegistrationLimits } from './registration-limits.js';

const KNOWN = ['method', 'path', 'access', 'repeatable', 'timeoutMs'];
const METHOD = /^(\*|[A-Z][A-Z-]{0,19})$/;
const LONGEST_MS = 600_000;

/** Reads the endpoints of a registration; what does not fit goes to `faults`. Sorted by path and method. */
export function readEndpoints(value: unknown, limits: RegistrationLimits, faults: Faults): readonly Endpoint[] {
  if (!Array.isArray(value)) return faults.add('endpoints', 'is no list') ?? [];
  if (value.length > limits.endpoints) return faults.add('endpoints', `has more than ${limits.endpoints} entries`) ?? [];
  const seen = new Map<string, number>();
  const endpoints = value.flatMap((item: unknown, index) => {
    const endpoint = readEndpoint(item, `endpoints[${index}]`, limits, faults);
    if (endpoint === undefined) return [];
    const key = `${endpoint.method} ${shapeOf(endpoint.path)}`;
    const first = seen.get(key);
    if (first !== undefined) return faults.add(`endpoints[${index}]`, `is the same route as endpoints[${first}]`) ?? [];
    seen.set(key, index);
    return [endpoint];
  });
  return endpoints.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function keyOf({ path, method }: Endpoint): string {
  return `${path} ${method}`;
}

function readEndpoint(value: unknown, at: string, limits: RegistrationLimits, faults: Faults): Endpoint | undefined {
  if (!isRecord(value)) return faults.add(at, 'is no object');
  for (const name of Object.keys(value)) if (!KNOWN.includes(name)) faults.add(`${at}.${name}`, 'is not known here');
  const path = readText(value['path'], `${at}.path`, limits.path, faults);
  const found = faultsOf({ ...value, path });
  for (const [name, fault] of found) faults.add(`${at}.${name}`, fault);
  const access = readAccess(value['access'], `${at}.access`, limits, faults);
  if (found.length > 0) return undefined;
  const { method, repeatable, timeoutMs } = value as unknown as Endpoint;
  return { method, path, access, ...(repeatable === undefined ? {} : { repeatable }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

function faultsOf({
  method,
  path,
  repeatable,
  timeoutMs,
}: Readonly<Record<string, unknown>> & { readonly path: string }): (readonly [string, string])[] {
  const own = isOwnPath(path) ? 'is a page that every service has for itself, which is no route' : undefined;
  const isMethod = typeof method === 'string' && METHOD.test(method);
  const isRepeatable = repeatable === undefined || typeof repeatable === 'boolean';
  const faults = {
    method: isMethod ? undefined : 'is no method in capitals, and not *',
    path: templateFault(path) ?? own,
    repeatable: isRepeatable ? undefined : 'is neither true nor false',
    timeoutMs: timeoutMs === undefined || isTimeout(timeoutMs) ? undefined : `is no whole number from 1 to ${LONGEST_MS}`,
  };
  return Object.entries(faults).flatMap(([name, fault]) => (fault === undefined ? [] : [[name, fault] as const]));
}

function isTimeout(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LONGEST_MS;
}

function readAccess(value: unknown, at: string, limits: RegistrationLimits, faults: Faults): Access {
  const nobody: Access = { public: false, roles: [], permissions: [] };
  if (!isRecord(value)) return faults.add(at, 'is no object') ?? nobody;
  if (typeof value['public'] !== 'boolean') return faults.add(`${at}.public`, 'is neither true nor false') ?? nobody;
  return {
    public: value['public'],
    roles: readList(value['roles'], `${at}.roles`, limits, faults),
    permissions: readList(value['permissions'], `${at}.permissions`, limits, faults),
  };
}

function readList(value: unknown, at: string, limits: RegistrationLimits, faults: Faults): readonly string[] {
  if (!Array.isArray(value)) return faults.add(at, 'is no list') ?? [];
  if (value.length > limits.roles) return faults.add(at, `has more than ${limits.roles} entries`) ?? [];
  return value.map((text: unknown, index) => readText(text, `${at}[${index}]`, limits.name, faults));
}
