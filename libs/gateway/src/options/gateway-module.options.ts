import type { ServiceTokenMinter } from '@minos/auth';
import { option, OptionField, type OptionOutcome, type ResolvedOptions, type TokenVerifier, validateOptions } from '@minos/common';
import { isHttpOrigin } from '@minos/common/http';
import type { ServiceDirectory, ServiceInstance } from '@minos/discovery';
import { type BalancingOptions, BALANCING_FIELDS } from '../balancing/balancing.options.js';
import { composedRouteListField, type ComposedRouteOptions } from '../compose/composed-route.options.js';
import { documentsFields, type GatewayDocumentsOptions } from '../documents/documents.options.js';
import { RATE_LIMIT_FIELDS, type RateLimitOptions } from '../limits/rate-limit.options.js';
import { routeListField, type RouteOptions } from '../routes/route-options.js';
import { FRONT_DOOR_FIELDS, type FrontDoorOptions } from './front-door.options.js';

export interface GatewayOptions extends FrontDoorOptions {
  /** Routes by configuration; they come before those that the directory knows. @default none */
  readonly routes?: readonly RouteOptions[];
  /** Addresses by the name of their service, for routes by configuration: used beside what the directory knows. @default none */
  readonly services?: Readonly<Record<string, readonly string[]>>;
  /** Routes that are answered from several others. @default none */
  readonly composed?: readonly ComposedRouteOptions[];
  /** The documents of all services as one, at `/docs`. */
  readonly documents?: GatewayDocumentsOptions;
  readonly balancing?: BalancingOptions;
  /** How often who may call. @default 1,000 a second of a principal, 5,000 of an address */
  readonly rates?: RateLimitOptions;
  /** @default that of `DiscoveryModule`; none where `services` names all */
  readonly directory?: ServiceDirectory;
  /** @default that of `AuthModule` */
  readonly verifier?: TokenVerifier;
  /** @default that of `AuthModule` */
  readonly minter?: ServiceTokenMinter;
  /** Whether services get a token that says who calls. @default true, where there is authentication */
  readonly serviceTokens?: boolean;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Made anew: what is the default depends on where the process runs. */
const fields = () => ({
  ...FRONT_DOOR_FIELDS,
  routes: routeListField().default([]),
  services: new OptionField(takeServices).default({}),
  composed: composedRouteListField().default([]),
  documents: documentsFields(),
  balancing: BALANCING_FIELDS,
  rates: RATE_LIMIT_FIELDS,
  directory: option.custom<ServiceDirectory>('a service directory', isObject).optional(),
  verifier: option.custom<TokenVerifier>('a token verifier', isObject).optional(),
  minter: option.custom<ServiceTokenMinter>('a minter of service tokens', isObject).optional(),
  serviceTokens: option.boolean().default(true),
});

/** Durations in milliseconds. */
export type GatewaySettings = ResolvedOptions<ReturnType<typeof fields>>;

/** Fills in the defaults; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveGatewayOptions(given: GatewayOptions = {}): GatewaySettings {
  return validateOptions('GatewayModule.forRoot', fields(), given);
}

function takeServices(value: unknown, path: string): OptionOutcome<readonly ServiceInstance[]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { expected: 'lists of addresses by the names of services' };
  const faults = Object.entries(value)
    .filter(([, addresses]) => !Array.isArray(addresses) || addresses.length === 0 || !addresses.every(isHttpOrigin))
    .map(([service]) => ({ path: `${path}.${service}`, message: "give a list of addresses such as 'http://127.0.0.1:8084'" }));
  if (faults.length > 0) return { faults };
  return {
    value: Object.entries(value as Record<string, string[]>).flatMap(([service, addresses]) =>
      addresses.map((address) => instanceAt(service, address)),
    ),
  };
}

function instanceAt(service: string, address: string): ServiceInstance {
  return { service, instance: `${service}@${address}`, address, version: '', metadata: {}, endpoints: [], state: 'up' };
}
