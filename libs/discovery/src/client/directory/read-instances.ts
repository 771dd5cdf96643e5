import type { Access } from '@minos/auth';
import { isHttpOrigin } from '@minos/common/http';
import type { Endpoint, InstanceKey, ServiceInstance } from '../../contracts/index.js';
import { templateFault } from '../../routes/path-template.js';

export interface ReadInstances {
  readonly instances: readonly ServiceInstance[];
  readonly faults: readonly ReadFault[];
}

interface ReadFault {
  readonly path: string;
  readonly message: string;
}

type Values = Readonly<Record<string, unknown>>;

const STATES: readonly unknown[] = ['up', 'suspect', 'draining'];

/**
 * Reads instances from outside. What does not fit is left out and named: an instance whole, an endpoint alone, since an endpoint that was understood by half
 * might be open to everybody.
 */
export function readInstances(value: unknown): ReadInstances {
  const faults: ReadFault[] = [];
  if (!Array.isArray(value)) return { instances: [], faults: [{ path: 'instances', message: 'found no list' }] };
  const instances = value.flatMap((item: unknown, index) => {
    const at = `instances[${index}]`;
    if (!isInstance(item)) {
      faults.push({ path: at, message: 'found no instance; give service, instance, address, version, metadata, endpoints, state' });
      return [];
    }
    const { endpoints, faults: left } = readEndpoints(item.endpoints);
    faults.push(...left.map(({ path, message }) => ({ path: `${at}.endpoints${path}`, message })));
    const { service, instance, address, version, metadata, state } = item;
    return [Object.freeze({ service, instance, address, version, metadata, endpoints, state })];
  });
  return { instances, faults };
}

/** Reads endpoints from outside. What is none is left out and named, such as `[0]`. */
export function readEndpoints(list: readonly unknown[]): {
  readonly endpoints: readonly Endpoint[];
  readonly faults: readonly ReadFault[];
} {
  const faults: ReadFault[] = [];
  const endpoints = list.filter((endpoint, place): endpoint is Endpoint => {
    const message = endpointFault(endpoint);
    if (message !== undefined) faults.push({ path: `[${place}]`, message });
    return message === undefined;
  });
  return { endpoints, faults };
}

/** Reads the keys of instances that are gone; what is none is left out. */
export function readKeys(value: unknown): readonly InstanceKey[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (item): item is InstanceKey => isObject(item) && typeof item['service'] === 'string' && typeof item['instance'] === 'string',
  );
}

function isInstance(value: unknown): value is ServiceInstance {
  if (!isObject(value)) return false;
  const texts = ['service', 'instance', 'address', 'version'].every((name) => typeof value[name] === 'string');
  return (
    texts &&
    value['service'] !== '' &&
    isHttpOrigin(value['address']) &&
    isObject(value['metadata']) &&
    Array.isArray(value['endpoints']) &&
    STATES.includes(value['state'])
  );
}

function endpointFault(value: unknown): string | undefined {
  if (!isObject(value)) return 'found no endpoint';
  const { method, path, access, timeoutMs } = value as Partial<Endpoint>;
  if (typeof method !== 'string' || !/^(\*|[A-Z][A-Z-]*)$/.test(method)) return 'found no method in capitals, and not *';
  if (typeof path !== 'string') return 'found no path';
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs > 0)) return 'found a timeoutMs that is no time';
  return templateFault(path) === undefined ? accessFault(access) : `found the path ${path}, which ${templateFault(path)}`;
}

function accessFault(access: Access | undefined): string | undefined {
  const lists = [access?.roles, access?.permissions];
  const fits =
    typeof access?.public === 'boolean' && lists.every((list) => Array.isArray(list) && list.every((name) => typeof name === 'string'));
  return fits ? undefined : 'found no access; give { public, roles, permissions }';
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
