import { type Duration, option, type ResolvedOptions, validateOptions } from '@minos/common';
import { templateFault } from '../../routes/path-template.js';
import { defaultNetworks, isNetwork } from '../address/address-policy.js';

/** How a registry works. Registries of one database are given the same. */
export interface RegistryOptions {
  /** Between two heartbeats, and between two probes of one instance. @default '5s' */
  readonly interval?: Duration;
  /** How long a registration lasts without a heartbeat. @default 4 intervals and a half */
  readonly lease?: Duration;
  /** How long one probe may take. @default a quarter of the interval */
  readonly probeTimeout?: Duration;
  /** What is asked of instances: the only path that ever is. @default '/health/ready' */
  readonly probePath?: string;
  /** How long an instance may be suspect. @default '15m' */
  readonly suspectFor?: Duration;
  /** How long what left is remembered, so that watchers who come back learn of it. @default '1h' */
  readonly rememberFor?: Duration;
  /** Networks in CIDR form that instances may be in. @default the private ones; outside production loopback too */
  readonly networks?: readonly string[];
  /** How often the database is asked for changes where nobody tells of them. @default '250ms' */
  readonly poll?: Duration;
  /** Between two signs of life to watchers. @default '5s' */
  readonly keepAlive?: Duration;
  /** Instances of one service. @default 500 */
  readonly instancesPerService?: number;
  /** Endpoints of one instance. @default 500 */
  readonly endpointsPerInstance?: number;
  /** Registrations of one service in a second, beyond a burst of ten times as many. @default 20 */
  readonly registrationsPerSecond?: number;
  /** Watchers at one time. @default 1000 */
  readonly watchers?: number;
  /** Services whose credential may free routes. @default none */
  readonly operators?: readonly string[];
  /**
   * Routes, of whichever service, inside which others may register more specific ones: `GET /{path...}` of a service that serves the pages. What was claimed inside stays
   * claimed where the route is taken from this list. @default none
   */
  readonly openRoutes?: readonly string[];
}

const LEASE_INTERVALS = 4.5;
const PROBE_PART = 4;

const isProbePath = (value: unknown): boolean => typeof value === 'string' && /^\/[A-Za-z0-9\-._~/]*$/.test(value);

const isRoute = (value: unknown): boolean => {
  const [, path] = (typeof value === 'string' && /^(?:\*|[A-Z][A-Z-]*) (\S+)$/.exec(value)) || [];
  return path !== undefined && templateFault(path) === undefined;
};

const fields = (production: boolean) => ({
  interval: option.duration({ min: 20 }).default('5s'),
  lease: option.duration({ min: 80 }).optional(),
  probeTimeout: option.duration({ min: 5 }).optional(),
  probePath: option.custom<string>("a path such as '/health/ready'", isProbePath).default('/health/ready'),
  suspectFor: option.duration({ min: 1 }).default('15m'),
  rememberFor: option.duration({ min: 1 }).default('1h'),
  networks: option.list(option.custom<string>("a network such as '10.0.0.0/8'", isNetwork)).default(defaultNetworks(production)),
  poll: option.duration({ min: 10 }).default('250ms'),
  keepAlive: option.duration({ min: 10 }).default('5s'),
  instancesPerService: option.integer({ min: 1 }).default(500),
  endpointsPerInstance: option.integer({ min: 0 }).default(500),
  registrationsPerSecond: option.number({ min: 0.1 }).default(20),
  watchers: option.integer({ min: 1 }).default(1_000),
  operators: option.list(option.string()).default([]),
  openRoutes: option.list(option.custom<string>("a route such as 'GET /{path...}'", isRoute)).default([]),
});

type Read = ResolvedOptions<ReturnType<typeof fields>>;

/** Durations in milliseconds. */
export type ResolvedRegistryOptions = Omit<Read, 'lease' | 'probeTimeout'> & { readonly lease: number; readonly probeTimeout: number };

/** Fills in the defaults; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveRegistryOptions(
  options: RegistryOptions = {},
  production = process.env['NODE_ENV'] === 'production',
): ResolvedRegistryOptions {
  const read = validateOptions('RegistryModule.forRoot', fields(production), options);
  return { ...read, lease: read.lease ?? read.interval * LEASE_INTERVALS, probeTimeout: read.probeTimeout ?? read.interval / PROBE_PART };
}
