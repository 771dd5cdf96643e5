import { accessOf } from '@minos/auth';
import { type Duration, option, type ResolvedOptions, uuidv7, validateOptions } from '@minos/common';
import { isHttpOrigin, isHttpUrl } from '@minos/common/http';
import type { Endpoint } from '../contracts/index.js';
import type { KubernetesDirectoryOptions } from '../client/kubernetes/kubernetes-directory.options.js';
import type { StaticInstance } from '../client/directory/static-directory.js';
import type { AccessReader } from './routes/route.explorer.js';
import { DiscoverySecretMissingError } from './discovery.errors.js';

/** How a service registers itself and finds others. What is left out is read from the environment. */
export interface DiscoveryOptions {
  /** Durable name of the service. @default that of `MinosModule` */
  readonly service?: string;
  /** Replicas of the registry. @default DISCOVERY_URL, separated by commas; without both nothing is registered */
  readonly urls?: readonly string[];
  /** Secret of the service. @default MINOS_SERVICE_SECRET; outside production any */
  readonly secret?: string;
  /** Whether the service registers itself where there is a registry. @default true */
  readonly register?: boolean;
  /** Where others reach this process. @default http, HOST or 127.0.0.1 (the first address of the machine where HOST is all of them), and the port that it listens on */
  readonly address?: string;
  /** Id of this process. @default a new UUID */
  readonly instance?: string;
  /** Which incarnation of the id this is; ascends where an id is used again. @default the time in milliseconds */
  readonly epoch?: number;
  /** Of the release. @default MINOS_VERSION */
  readonly version?: string;
  /** @default none */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Endpoints besides the routes of the application's controllers, such as those of middleware. @default none */
  readonly endpoints?: readonly Endpoint[];
  /** Who may call a route. @default what `@Public()`, `@Roles()` and `@Permissions()` say, else an authenticated caller */
  readonly accessOf?: AccessReader;
  /** Finds services in this list, not in a registry. @default DISCOVERY_STATIC, a list in JSON */
  readonly static?: readonly StaticInstance[];
  /** Finds services in a Kubernetes cluster, not in a registry. @default not */
  readonly kubernetes?: KubernetesDirectoryOptions;
  /** How long readiness waits for a probe of the registry, that has to find the process ready; with 0 not at all. Longer than the registry's interval. @default '10s' */
  readonly foundWithin?: Duration;
  /** How long leaving the registry may take at the end. @default '2s' */
  readonly leaveTimeout?: Duration;
  /** How long the service goes on as before after it left, so that watchers hear of it. @default '500ms' */
  readonly leaveDelay?: Duration;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isStringRecord = (value: unknown): boolean =>
  isObject(value) && Object.values(value as object).every((item) => typeof item === 'string');

const fields = (env: NodeJS.ProcessEnv) => ({
  service: option.string().optional(),
  urls: option.list(option.custom<string>("a URL such as 'http://127.0.0.1:8081'", isHttpUrl)).default(listOf(env['DISCOVERY_URL'])),
  secret: option.string().secret().optional(),
  register: option.boolean().default(true),
  address: option.custom<string>("an address such as 'http://10.0.0.5:8084'", isHttpOrigin).optional(),
  instance: option.string().default(uuidv7()),
  epoch: option.integer({ min: 0 }).default(Date.now()),
  version: option.custom<string>('text', (value) => typeof value === 'string').default(env['MINOS_VERSION'] ?? ''),
  metadata: option.custom<Readonly<Record<string, string>>>('texts by name', isStringRecord).default({}),
  endpoints: option.list(option.custom<Endpoint>('an endpoint: { method, path, access }', isObject)).default([]),
  accessOf: option.custom<AccessReader>('a function of controller and method', isFunction).default(accessOf),
  static: option.list(option.custom<StaticInstance>('an instance: { service, address }', isObject)).optional(),
  kubernetes: option.custom<KubernetesDirectoryOptions>('options of KubernetesDirectory', isObject).optional(),
  foundWithin: option.duration().default('10s'),
  leaveTimeout: option.duration({ min: 1 }).default('2s'),
  leaveDelay: option.duration().default('500ms'),
});

type Read = ResolvedOptions<ReturnType<typeof fields>>;
export type ResolvedDiscoveryOptions = Omit<Read, 'secret' | 'service'> & {
  readonly service: string;
  readonly secret: string;
  readonly staticJson: string | undefined;
};

const DEVELOPMENT_SECRET = 'development';

/** Fills in environment and defaults; throws `OPTIONS_INVALID` naming all faults at once, and in production `DISCOVERY_SECRET_MISSING`. */
export function resolveDiscoveryOptions(
  given: DiscoveryOptions = {},
  serviceName = '',
  env: NodeJS.ProcessEnv = process.env,
): ResolvedDiscoveryOptions {
  const read = validateOptions('DiscoveryModule.forRoot', fields(env), given);
  const secret = read.secret ?? textOf(env['MINOS_SERVICE_SECRET']);
  if (read.urls.length > 0 && secret === undefined && env['NODE_ENV'] === 'production') throw new DiscoverySecretMissingError();
  return {
    ...read,
    service: read.service ?? serviceName,
    secret: secret ?? DEVELOPMENT_SECRET,
    staticJson: textOf(env['DISCOVERY_STATIC']),
  };
}

/** A variable that is empty is not set. */
function textOf(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function listOf(urls: string | undefined): readonly string[] {
  return (urls ?? '')
    .split(',')
    .map((url) => url.trim())
    .filter((url) => url !== '');
}
