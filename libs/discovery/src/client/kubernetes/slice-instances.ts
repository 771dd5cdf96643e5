import { isIP } from 'node:net';
import type { Endpoint, InstanceState, ServiceInstance } from '../../contracts/index.js';
import { readInstances } from '../directory/read-instances.js';
import type { Resource } from './resource-watch.js';

/** What is used of an EndpointSlice. */
export interface EndpointSlice extends Resource {
  readonly addressType?: string;
  readonly ports?:
    | readonly {
        readonly name?: string | null;
        readonly port?: number | null;
        readonly protocol?: string;
        readonly appProtocol?: string | null;
      }[]
    | null;
  readonly endpoints?: readonly SliceEndpoint[] | null;
}

interface SliceEndpoint {
  readonly addresses?: readonly string[];
  readonly conditions?: { readonly ready?: boolean | null; readonly serving?: boolean | null; readonly terminating?: boolean | null };
  readonly targetRef?: { readonly kind?: string; readonly name?: string; readonly uid?: string };
  readonly zone?: string | null;
  readonly nodeName?: string | null;
}

export interface SliceReading {
  readonly portName: string;
  /** By name. A slice of any other service counts for nothing. */
  readonly services: ReadonlyMap<string, Resource>;
  readonly endpointsOf: (service: Resource) => readonly Endpoint[];
  readonly versionOf: (service: Resource) => string;
}

const SERVICE_LABEL = 'kubernetes.io/service-name';

/** The instances in slices. One that is in several slices, as a dual-stack pod is, is there once. */
export function instancesOf(slices: readonly EndpointSlice[], reading: SliceReading): readonly ServiceInstance[] {
  const found = new Map<string, ServiceInstance>();
  for (const instance of slices.flatMap((slice) => instancesIn(slice, reading))) {
    const key = `${instance.service}/${instance.instance}`;
    if (!found.has(key)) found.set(key, instance);
  }
  return readInstances([...found.values()]).instances;
}

function instancesIn(slice: EndpointSlice, reading: SliceReading): readonly ServiceInstance[] {
  const service = reading.services.get(slice.metadata.labels?.[SERVICE_LABEL] ?? '');
  const port = portOf(slice, reading.portName);
  if (service === undefined || port === undefined || slice.addressType === 'FQDN') return [];
  return (slice.endpoints ?? []).flatMap((endpoint) => instanceOf(service, endpoint, port, reading) ?? []);
}

interface Port {
  readonly port: number;
  readonly scheme: string;
}

function portOf({ ports }: EndpointSlice, name: string): Port | undefined {
  const tcp = (ports ?? []).filter(({ protocol = 'TCP', port }) => protocol === 'TCP' && typeof port === 'number');
  const chosen = tcp.find((one) => one.name === name) ?? (tcp.length === 1 ? tcp[0] : undefined);
  return chosen === undefined ? undefined : { port: chosen.port ?? 0, scheme: chosen.appProtocol === 'https' ? 'https' : 'http' };
}

function instanceOf(
  service: Resource,
  endpoint: SliceEndpoint,
  { port, scheme }: Port,
  reading: SliceReading,
): ServiceInstance | undefined {
  const [ip] = endpoint.addresses ?? [];
  const state = stateOf(endpoint.conditions);
  if (ip === undefined || state === undefined) return undefined;
  const { targetRef, zone, nodeName } = endpoint;
  const texts = { pod: targetRef?.name, zone: zone ?? undefined, node: nodeName ?? undefined };
  return {
    service: service.metadata.name,
    instance: targetRef?.uid ?? `${ip}:${port}`,
    address: `${scheme}://${isIP(ip) === 6 ? `[${ip}]` : ip}:${port}`,
    version: reading.versionOf(service),
    metadata: Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    endpoints: reading.endpointsOf(service),
    state,
  };
}

/** By the API an unknown `ready` or `serving` counts as true; one that is on its way out may still serve. */
function stateOf({ ready, serving, terminating }: NonNullable<SliceEndpoint['conditions']> = {}): InstanceState | undefined {
  if (terminating === true) return (serving ?? true) ? 'draining' : undefined;
  return (ready ?? true) ? 'up' : undefined;
}
