import { ConfiguredServiceCredentials, type ServiceCredentialVerifier } from '@minos/auth';
import { CLOCK, type Clock, CRASH_POINTS, type CrashPoints, LEASES, type Leases, SystemClock } from '@minos/common';
import {
  COMMIT_HINTS,
  type CommitHintSource,
  DATABASE,
  type Database,
  MIGRATION_MODE,
  type MigrationMode,
  prepareSchema,
} from '@minos/postgres';
import { type InjectionToken, Logger, type OptionalFactoryDependency, type Provider } from '@nestjs/common';
import type { RegistryStore } from '../../contracts/index.js';
import { AddressPolicy } from '../address/address-policy.js';
import { RegistryFeed } from '../feed/registry-feed.js';
import { RegistryKeeper } from '../keeper/registry-keeper.js';
import { MemoryRegistryStore } from '../memory/memory-registry-store.js';
import { MIGRATIONS } from '../postgres/migrations/index.js';
import { PostgresRegistryStore } from '../postgres/postgres-registry-store.js';
import { HttpProber } from '../probe/http-prober.js';
import { Registry } from '../registry/registry.js';
import { resolveRegistryOptions, type ResolvedRegistryOptions } from '../registry/registry-options.js';
import { RegistryStatistics } from '../registry/registry-statistics.js';
import { DevelopmentCredentials } from '../registry/development-credentials.js';
import { ServicesMissingError } from '../registry/registry-boot.errors.js';
import { REGISTRY_CREDENTIALS, REGISTRY_OPTIONS, REGISTRY_STORE, RESOLVED_REGISTRY_OPTIONS } from './tokens.js';

const optional = (token: InjectionToken): OptionalFactoryDependency => ({ token, optional: true });

type StoreParts = [
  database: Database | undefined,
  migrations: MigrationMode | undefined,
  hints: CommitHintSource | undefined,
  crashPoints: CrashPoints | undefined,
  clock: Clock | undefined,
];

async function openStore(...[database, migrations, hints, crashPoints, clock = new SystemClock()]: StoreParts): Promise<RegistryStore> {
  if (database === undefined) return new MemoryRegistryStore(clock);
  await prepareSchema(database, migrations ?? 'off', [MIGRATIONS]);
  return new PostgresRegistryStore(database, { onChanged: () => hints?.tell?.(), ...(crashPoints === undefined ? {} : { crashPoints }) });
}

function makeCredentials(): ServiceCredentialVerifier {
  const { MINOS_SERVICES: services, NODE_ENV: environment } = process.env;
  if (services !== undefined && services !== '') return ConfiguredServiceCredentials.parse(services);
  if (environment === 'production') throw new ServicesMissingError();
  new Logger('Registry').warn('MINOS_SERVICES is not set, so every service is believed. Production refuses to start like this.');
  return new DevelopmentCredentials();
}

type KeeperParts = [
  store: RegistryStore,
  policy: AddressPolicy,
  options: ResolvedRegistryOptions,
  leases: Leases | undefined,
  clock: Clock | undefined,
];

const FAILURES_OUT = 2;
const SUCCESSES_BACK = 2;
const CONCURRENCY = 64;

function makeKeeper(...[store, policy, options, leases, clock = new SystemClock()]: KeeperParts): RegistryKeeper {
  const logger = new Logger('Registry');
  const {
    interval: intervalMs,
    lease: leaseMs,
    probeTimeout: timeoutMs,
    probePath: path,
    suspectFor: suspectMs,
    rememberFor: forgetMs,
  } = options;
  const rules = { failuresOut: FAILURES_OUT, successesBack: SUCCESSES_BACK, lapseWindowMs: intervalMs * 1.5, suspectMs };
  return new RegistryKeeper(
    {
      store,
      clock,
      prober: new HttpProber(policy, { path, timeoutMs }),
      ...(leases === undefined ? {} : { leases }),
      onVerdict: ({ service, instance, state }, why) =>
        logger[state === 'up' ? 'log' : 'warn'](`${service} ${instance} is ${state}: ${why}`),
      onTrouble: (error) => logger.warn(`Looking after the instances failed and is tried again: ${String(error)}`),
    },
    { intervalMs, leaseMs, rules, concurrency: CONCURRENCY, forgetMs },
  );
}

function makeFeed(store: RegistryStore, { poll: pollMs }: ResolvedRegistryOptions, clock: Clock = new SystemClock()): RegistryFeed {
  const logger = new Logger('Registry');
  const onTrouble = (error: unknown): void => logger.warn(`Reading the registry failed and is tried again: ${String(error)}`);
  return new RegistryFeed(store, clock, { pollMs, onTrouble });
}

type RegistryOfParts = [
  store: RegistryStore,
  feed: RegistryFeed,
  policy: AddressPolicy,
  keeper: RegistryKeeper,
  statistics: RegistryStatistics,
  options: ResolvedRegistryOptions,
  clock: Clock | undefined,
];

function makeRegistry(...[store, feed, policy, keeper, statistics, options, clock = new SystemClock()]: RegistryOfParts): Registry {
  return new Registry({ store, feed, policy, clock, statistics, onRegistered: () => keeper.wake() }, options);
}

export const REGISTRY_PROVIDERS: Provider[] = [
  { provide: RESOLVED_REGISTRY_OPTIONS, useFactory: resolveRegistryOptions, inject: [REGISTRY_OPTIONS] },
  { provide: REGISTRY_CREDENTIALS, useFactory: makeCredentials },
  { provide: REGISTRY_STORE, useFactory: openStore, inject: [DATABASE, MIGRATION_MODE, COMMIT_HINTS, CRASH_POINTS, CLOCK].map(optional) },
  {
    provide: AddressPolicy,
    useFactory: ({ networks }: ResolvedRegistryOptions) => new AddressPolicy(networks),
    inject: [RESOLVED_REGISTRY_OPTIONS],
  },
  { provide: RegistryFeed, useFactory: makeFeed, inject: [REGISTRY_STORE, RESOLVED_REGISTRY_OPTIONS, optional(CLOCK)] },
  {
    provide: RegistryKeeper,
    useFactory: makeKeeper,
    inject: [REGISTRY_STORE, AddressPolicy, RESOLVED_REGISTRY_OPTIONS, optional(LEASES), optional(CLOCK)],
  },
  { provide: RegistryStatistics, useFactory: () => new RegistryStatistics() },
  {
    provide: Registry,
    useFactory: makeRegistry,
    inject: [REGISTRY_STORE, RegistryFeed, AddressPolicy, RegistryKeeper, RegistryStatistics, RESOLVED_REGISTRY_OPTIONS, optional(CLOCK)],
  },
];
