export { AddressPolicy, defaultNetworks, type Resolve } from './address/address-policy.js';
export { type FeedStep, RegistryFeed, type RegistryFeedOptions } from './feed/registry-feed.js';
export { WatchSession, type WatchSessionOptions } from './feed/watch-session.js';
export { decideState, type Evidence, type StateRules } from './keeper/decide-state.js';
export { type KeeperTimes, RegistryKeeper, type RegistryKeeperParts } from './keeper/registry-keeper.js';
export { MemoryRegistryStore } from './memory/memory-registry-store.js';
export { REGISTRY_STATUSES } from './module/problem-statuses.js';
export { RegistryModule } from './module/registry.module.js';
export { REGISTRY_CREDENTIALS, REGISTRY_OPTIONS, REGISTRY_STORE } from './module/tokens.js';
export { MIGRATIONS } from './postgres/migrations/index.js';
export { PostgresRegistryStore, type PostgresRegistryStoreOptions } from './postgres/postgres-registry-store.js';
export { HttpProber, type HttpProberOptions } from './probe/http-prober.js';
export { Registry, type RegistryParts } from './registry/registry.js';
export { RegistryStatistics } from './registry/registry-statistics.js';
export { type RegistryOptions, resolveRegistryOptions, type ResolvedRegistryOptions } from './registry/registry-options.js';
export { ServicesMissingError } from './registry/registry-boot.errors.js';
export {
  AddressRefusedError,
  EpochStaleError,
  InstanceTakenError,
  InstanceUnknownError,
  NotYourServiceError,
  RegistrationInvalidError,
  RegistryBusyError,
  RegistryQuotaError,
  RouteOwnedError,
} from './registry/registry.errors.js';
