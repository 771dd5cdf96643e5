import { type Clock, isMinosError } from '@minos/common';
import type {
  DirectorySnapshot,
  InstanceKey,
  OwnedRoute,
  RegisterOutcome,
  RegistrationAnswer,
  RegistryStore,
  RouteKey,
} from '../../contracts/index.js';
import { shapeOf } from '../../routes/path-template.js';
import type { AddressPolicy } from '../address/address-policy.js';
import type { RegistryFeed } from '../feed/registry-feed.js';
import { formatAddress, parseAddress } from '../address/parse-address.js';
import { checkNames, readEpochOf, readRegistration } from '../registration/read-registration.js';
import { REGISTRATION_LIMITS, type RegistrationLimits } from '../registration/registration-limits.js';
import { claimsOf, routeKeyOf } from '../registration/route-claims.js';
import { RegistrationRate } from './registration-rate.js';
import type { RegistryStatistics } from './registry-statistics.js';
import type { ResolvedRegistryOptions } from './registry-options.js';
import {
  EpochStaleError,
  InstanceTakenError,
  InstanceUnknownError,
  NotYourServiceError,
  RegistryBusyError,
  RegistryQuotaError,
  RouteOwnedError,
} from './registry.errors.js';

export interface RegistryParts {
  readonly store: RegistryStore;
  readonly feed: RegistryFeed;
  readonly policy: AddressPolicy;
  readonly clock: Clock;
  /** Counts registrations and heartbeats. @default nobody does */
  readonly statistics?: RegistryStatistics;
  /** Called when an instance has registered: it is to be probed. */
  readonly onRegistered?: () => void;
}

const BURST = 10;

/** What services ask of the registry. `caller` is always the service whose credential was verified. */
export class Registry {
  private readonly rate: RegistrationRate;
  private readonly limits: RegistrationLimits;
  private readonly openRoutes: readonly RouteKey[];

  constructor(
    private readonly parts: RegistryParts,
    private readonly options: ResolvedRegistryOptions,
  ) {
    const { registrationsPerSecond, endpointsPerInstance } = options;
    this.rate = new RegistrationRate(parts.clock, registrationsPerSecond, Math.max(1, registrationsPerSecond * BURST));
    this.openRoutes = options.openRoutes.map(routeKeyOf);
    this.limits = { ...REGISTRATION_LIMITS, endpoints: endpointsPerInstance };
  }

  /**
   * Registers an instance, or renews its registration. Watchers see it as soon as a probe has reached it. Connects to nothing. Throws `NOT_YOUR_SERVICE`,
   * `REGISTRATION_INVALID`, `ADDRESS_REFUSED`, `ROUTE_OWNED`, `INSTANCE_TAKEN`, `EPOCH_STALE`, `REGISTRY_QUOTA`, `REGISTRY_BUSY`.
   */
  register(caller: string, key: InstanceKey, body: unknown): Promise<RegistrationAnswer> {
    return this.counted('registrations', () => this.registerNow(caller, key, body));
  }

  /** Prolongs the lease of an instance. Throws `NOT_YOUR_SERVICE`, and `INSTANCE_UNKNOWN` where it has to register again. */
  heartbeat(caller: string, key: InstanceKey, epoch: unknown): Promise<void> {
    return this.counted('heartbeats', async () => {
      this.admit(caller, key);
      const [known] = await this.parts.store.renew([{ ...key, epoch: readEpochOf(epoch) }], this.options.lease);
      if (known !== true) throw new InstanceUnknownError(key);
    });
  }

  /** Takes an instance out. Does nothing where it is not known, or a later incarnation is there. Throws `NOT_YOUR_SERVICE`. */
  async deregister(caller: string, key: InstanceKey, epoch: unknown): Promise<void> {
    this.admit(caller, key);
    await this.parts.store.leave(key, readEpochOf(epoch));
  }

  /** The directory as this registry knows it, or the part of one service. */
  lookUp(service?: string): DirectorySnapshot {
    const { snapshot } = this.parts.feed;
    return service === undefined ? snapshot : { ...snapshot, instances: snapshot.instances.filter((one) => one.service === service) };
  }

  routes(): Promise<readonly OwnedRoute[]> {
    return this.parts.store.routes();
  }

  /** Lets another service have a route. Instances that serve it go on serving it. Throws `NOT_YOUR_SERVICE` unless the caller is an operator. */
  async freeRoute(caller: string, method: string, path: string): Promise<boolean> {
    if (!this.options.operators.includes(caller)) throw new NotYourServiceError(caller, 'operator');
    return this.parts.store.freeRoute(method.toUpperCase(), shapeOf(path));
  }

  private async registerNow(caller: string, key: InstanceKey, body: unknown): Promise<RegistrationAnswer> {
    this.admit(caller, key);
    if (!this.rate.take(caller)) throw new RegistryBusyError(caller);
    const registration = readRegistration(body, this.limits);
    await this.parts.policy.check(registration.address);
    const parsed = parseAddress(registration.address);
    const address = typeof parsed === 'string' ? registration.address : formatAddress(parsed);
    const outcome = await this.parts.store.register({
      ...registration,
      service: key.service,
      instance: key.instance,
      address,
      routes: claimsOf(registration.endpoints),
      openRoutes: this.openRoutes,
      leaseMs: this.options.lease,
      instancesPerService: this.options.instancesPerService,
    });
    const version = versionOf(outcome, key, registration.epoch);
    this.parts.onRegistered?.();
    return { leaseMs: this.options.lease, heartbeatMs: this.options.interval, version };
  }

  private async counted<T>(what: 'registrations' | 'heartbeats', work: () => Promise<T>): Promise<T> {
    try {
      const answer = await work();
      this.parts.statistics?.count(what, 'taken');
      return answer;
    } catch (error) {
      this.parts.statistics?.count(what, isMinosError(error) ? error.code : 'failed');
      throw error;
    }
  }

  private admit(caller: string, { service, instance }: InstanceKey): void {
    checkNames(service, instance, this.limits);
    if (caller !== service) throw new NotYourServiceError(caller, service);
  }
}

function versionOf(outcome: RegisterOutcome, key: InstanceKey, epoch: number): number {
  switch (outcome.kind) {
    case 'registered':
      return outcome.version;
    case 'instance-taken':
      throw new InstanceTakenError(key);
    case 'stale-epoch':
      throw new EpochStaleError(key, epoch, outcome.epoch);
    case 'too-many-instances':
      throw new RegistryQuotaError(key.service, 'as many instances as one service may have');
    case 'route-taken':
      throw new RouteOwnedError(outcome.conflict);
  }
}
