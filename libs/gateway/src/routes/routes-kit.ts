import type { DirectorySnapshot, Endpoint, InstanceState, ServiceInstance } from '@minos/discovery';
import type { Route } from '../contracts/routes.js';

export const AUTHENTICATED = { public: false, roles: [], permissions: [] } as const;

/** `GET /orders/{id}` */
export function endpoint(line: string, more: Partial<Endpoint> = {}): Endpoint {
  const [method = '', path = ''] = line.split(' ');
  return { method, path, access: AUTHENTICATED, ...more };
}

export function instance(name: string, endpoints: readonly Endpoint[] = [], state: InstanceState = 'up'): ServiceInstance {
  const [service = ''] = name.split('/');
  return { service, instance: name, address: `http://${name.replace('/', '-')}.test`, version: '1', metadata: {}, endpoints, state };
}

export function snapshot(...instances: readonly ServiceInstance[]): DirectorySnapshot {
  return { version: 1, instances };
}

export function route(line: string, more: Partial<Route> = {}): Route {
  const [method = '', path = ''] = line.split(' ');
  return {
    method,
    path,
    service: 'order',
    access: [AUTHENTICATED],
    repeatable: false,
    timeoutMs: undefined,
    policy: undefined,
    instances: undefined,
    rewrite: undefined,
    source: 'registry',
    ...more,
  };
}

export const segmentsOf = (path: string): readonly string[] => path.split('/').filter((segment) => segment !== '');
