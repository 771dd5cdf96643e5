import type { Endpoint, ServiceInstance } from '@minos/discovery';
import type { Route } from '../contracts/routes.js';
import { parseTemplate } from './path-template.js';

/** Methods that can be sent again, by what they mean (RFC 9110, 9.2.2). */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Instances that declare the same. */
export interface Release {
  readonly endpoints: readonly Endpoint[];
  readonly instances: readonly string[];
}

interface Variant {
  readonly endpoint: Endpoint;
  readonly release: Release;
}

/**
 * The routes of one service. Where one release says different things of one shape, as of `/admin` and `/Admin`, whoever calls must be allowed by all of them: services on Express take the one for the other. Where its instances differ, as in a roll-out, a route goes only to those that have it, and whoever calls must be allowed by every release that has it:
 * until the last instance of a release is gone, the stricter one counts.
 */
export function serviceRoutes(service: string, releases: readonly Release[]): readonly Route[] {
  const variants = new Map<string, Variant[]>();
  for (const release of releases) {
    for (const endpoint of release.endpoints) {
      const key = keyOf(endpoint);
      const known = variants.get(key);
      if (known === undefined) variants.set(key, [{ endpoint, release }]);
      else known.push({ endpoint, release });
    }
  }
  return [...variants.values()].map((same) => routeOf(service, same, releases.length));
}

/** What goes wrong with a template is said later, by its text. */
function keyOf({ method, path }: Endpoint): string {
  const template = parseTemplate(String(path));
  return `${method} ${typeof template === 'string' ? path : template.shape}`;
}

function routeOf(service: string, variants: readonly Variant[], releases: number): Route {
  const endpoints = variants.map(({ endpoint }) => endpoint);
  const { method, path } = endpoints[0] as Endpoint;
  const timeouts = endpoints.map(({ timeoutMs }) => (isTime(timeoutMs) ? timeoutMs : undefined));
  const having = new Set(variants.map(({ release }) => release));
  const access = new Map(endpoints.map((endpoint) => [JSON.stringify(endpoint.access), endpoint.access]));
  return {
    method,
    path,
    service,
    access: [...access.values()],
    repeatable: endpoints.every(({ repeatable }) => (repeatable ?? REPEATABLE.has(method)) === true),
    timeoutMs: timeouts.includes(undefined) ? undefined : Math.max(...(timeouts as number[])),
    policy: undefined,
    instances: having.size === releases ? undefined : new Set([...having].flatMap(({ instances }) => instances)),
    rewrite: undefined,
    source: 'registry',
  };
}

const isTime = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value > 0;

/** Of a list that is no list, or holds what is no endpoint, what can be read: one service must not keep the routes of all others from changing. */
export function readableEndpoints(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  if (!Array.isArray(endpoints)) return [];
  return endpoints.every(isEndpoint) ? endpoints : endpoints.filter(isEndpoint);
}

const isEndpoint = (value: unknown): value is Endpoint => typeof value === 'object' && value !== null;

/** The instances of each service in the order of the snapshot. Those that leave count only where nobody else is there. */
export function instancesByService(instances: readonly ServiceInstance[]): ReadonlyMap<string, readonly ServiceInstance[]> {
  const services = new Map<string, ServiceInstance[]>();
  for (const instance of instances) {
    const known = services.get(instance.service);
    if (known === undefined) services.set(instance.service, [instance]);
    else known.push(instance);
  }
  for (const [service, all] of services) {
    const staying = all.filter(({ state }) => state !== 'draining');
    if (staying.length > 0 && staying.length < all.length) services.set(service, staying);
  }
  return services;
}
