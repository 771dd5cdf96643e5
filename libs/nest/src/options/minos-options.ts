import type { CqrsOptions } from '@minos/cqrs';
import { DEFAULT_PROBLEM_STATUSES } from '../http/problem/problem-statuses.js';
import type { MessagingModuleOptions } from '@minos/messaging/module';
import type { SagaModuleOptions } from '@minos/saga/module';
import { type Duration, option, type ResolvedOptions, validateOptions } from '@minos/common';

/** Where a service keeps its data. */
export interface DatabaseChoice {
  /** A PostgreSQL URL. @default the environment's DATABASE_URL, else the embedded server (outside production) */
  readonly url?: string;
  /** The service's own database on that server, made outside production. @default the URL's; the service's name on the embedded server */
  readonly name?: string;
  /** Connections at the most. @default 5 */
  readonly max?: number;
  /** How long a call waits for a free connection before `POOL_EXHAUSTED`. @default '5s' */
  readonly acquireTimeout?: Duration;
  /** How long opening a connection may take. @default '15s' */
  readonly connectTimeout?: Duration;
  /** How long one statement may run. @default '30s' */
  readonly statementTimeout?: Duration;
  /** What to do about migrations at boot. @default 'check' in production, else 'apply' */
  readonly migrations?: 'apply' | 'check' | 'off';
}

export interface HttpChoice {
  /** Bytes of a JSON body at the most. @default 1048576 */
  readonly bodyLimit?: number;
  /** Statuses of error and rejection codes, laid over the defaults. @default none */
  readonly statuses?: Readonly<Record<string, number>>;
  /** Whether every caller is the principal `dev` with all roles; refused in production. @default true outside production */
  readonly devPrincipal?: boolean;
}

/**
 * How the service sends and handles messages. The broker, where the options do not choose one: memory beside storage in memory; else what `BROKER` says (postgres, kafka or
 * memory); Apache Kafka where `KAFKA_BROKERS` is set; else PostgreSQL, in the database `minos_broker` beside the service's own, or at `BROKER_URL`.
 */
export type MessagingChoice = Omit<MessagingModuleOptions, 'service'>;

export interface ShutdownChoice {
  /** How long readiness is red before anything stops, so that load balancers notice. @default 0 */
  readonly delay?: Duration;
  /** How long requests under way may take before their connections are cut. @default '10s' */
  readonly drainTimeout?: Duration;
}

export interface HealthChoice {
  /** How long a probe may take; then its last answer counts, for `probePatience`, or it is down. @default '500ms' */
  readonly probeTimeout?: Duration;
  /** How long the last answer of a probe counts while the next one is on its way. @default '15s' */
  readonly probePatience?: Duration;
}

/** How a service runs. Which parts run is said by {@link MinosExtras}. */
export interface MinosOptions {
  /** Durable name of the service: owner of its commands, name of its database. */
  readonly service: string;
  /** @default 'postgres' */
  readonly storage?: 'postgres' | 'memory';
  /** Storage in memory forgets everything with the process, so production refuses it unless this is set. @default false */
  readonly allowMemoryStorage?: boolean;
  readonly database?: DatabaseChoice;
  readonly messaging?: MessagingChoice;
  /** How its sagas run, and how long they are kept. @default the defaults of each option */
  readonly sagas?: SagaModuleOptions;
  readonly http?: HttpChoice;
  readonly health?: HealthChoice;
  readonly shutdown?: ShutdownChoice;
  /** Links for the boot report, by label; a link that begins with `/` is completed with the address. @default none */
  readonly links?: Readonly<Record<string, string>>;
}

/** Which parts of the suite an application runs; fixed when the module is declared. */
export interface MinosFeatures {
  /** Problem documents, the JSON parser with limits, `Idempotency-Key`, the request context. @default true */
  readonly http?: boolean;
  /** Broker, outbox, consumers, and the service's events on its channel. @default true */
  readonly messaging?: boolean;
  /** The buses of `@minos/cqrs`, projections and views. @default true */
  readonly cqrs?: boolean;
  /** Sagas with plans. @default true where messaging and cqrs are on */
  readonly saga?: boolean;
  /** `/health/live`, `/health/ready`, `/health/startup`. @default true */
  readonly health?: boolean;
  /** `/metrics` for Prometheus. @default true */
  readonly metrics?: boolean;
}

/** What is fixed when the module is declared. The module is always global: every `forFeature` stands on it. */
export interface MinosExtras {
  readonly features?: MinosFeatures;
  /** Options of the buses, such as `behaviours` around every handler. @default none */
  readonly cqrs?: CqrsOptions;
  /** @default 'health' */
  readonly healthPath?: string;
  /** @default 'metrics' */
  readonly metricsPath?: string;
}

const isRecordOf =
  (type: 'string' | 'number') =>
  (value: unknown): boolean =>
    typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === type);

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const inProduction = (): boolean => process.env['NODE_ENV'] === 'production';

const fields = (production: boolean) => ({
  service: option.custom<string>("a name of small letters, digits and hyphens, for example 'order'", isServiceName),
  storage: option.oneOf('postgres', 'memory').default('postgres'),
  allowMemoryStorage: option.boolean().default(false),
  database: {
    url: option.string().secret().optional(),
    name: option.custom<string>('small letters, digits and underscores, a letter first', isDatabaseName).optional(),
    max: option.integer({ min: 1 }).default(5),
    acquireTimeout: option.duration({ min: 1 }).default('5s'),
    connectTimeout: option.duration({ min: 1 }).default('15s'),
    statementTimeout: option.duration().default('30s'),
    migrations: option.oneOf('apply', 'check', 'off').default(production ? 'check' : 'apply'),
  },
  messaging: option.custom<MessagingChoice>('options of MessagingModule', isObject).default({}),
  sagas: option.custom<SagaModuleOptions>('options of sagas: { runner, purge }', isObject).default({}),
  http: {
    bodyLimit: option.integer({ min: 1 }).default(1024 * 1024),
    statuses: option.custom<Readonly<Record<string, number>>>('statuses by code', isRecordOf('number')).default({}),
    devPrincipal: option.boolean().default(!production),
  },
  health: { probeTimeout: option.duration({ min: 1 }).default('500ms'), probePatience: option.duration().default('15s') },
  shutdown: { delay: option.duration().default(0), drainTimeout: option.duration({ min: 1 }).default('10s') },
  links: option.custom<Readonly<Record<string, string>>>('links by label', isRecordOf('string')).default({}),
});

export type ResolvedMinosOptions = ResolvedOptions<ReturnType<typeof fields>> & { readonly production: boolean };

/** Fills in the defaults; throws `OPTIONS_INVALID` with all faults at once. The caller's object is not altered. */
export function resolveMinosOptions(given: MinosOptions, production = inProduction()): ResolvedMinosOptions {
  const options = validateOptions('MinosModule.forRoot', fields(production), given);
  const statuses = Object.freeze({ ...DEFAULT_PROBLEM_STATUSES, ...options.http.statuses });
  return { ...options, http: { ...options.http, statuses }, production };
}

function isServiceName(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z][a-z0-9-]{0,62}$/.test(value);
}

function isDatabaseName(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z_][a-z0-9_]{0,62}$/.test(value);
}
