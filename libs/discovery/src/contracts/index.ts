export type { DirectorySnapshot, Endpoint, InstanceState, ServiceDirectory, ServiceInstance } from './directory.js';
export type { InstanceProber, ProbeOutcome, ProbeTarget } from './instance-prober.js';
export type { InstanceKey, Registration, RegistrationAnswer } from './registration.js';
export type {
  InstanceFacts,
  KeeperFence,
  KeptInstance,
  LookOptions,
  OwnedRoute,
  RegisterOutcome,
  RegisterRequest,
  RegistryChanges,
  RegistryStore,
  RouteClaim,
  RouteConflict,
  RouteKey,
  StateVerdict,
  StoredInstance,
  StoredState,
} from './registry-store.js';
