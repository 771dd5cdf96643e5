import type { Endpoint, InstanceState } from './directory.js';
import type { InstanceKey } from './registration.js';

/**
 * `new`: registered, and no probe has reached it yet. `out`: taken out of routing, may come back. `left`: gone, kept for a while so that watchers learn of it.
 * Watchers see the states of {@link InstanceState} alone.
 */
export type StoredState = InstanceState | 'new' | 'out' | 'left';

/** The facts of an instance that only itself changes. */
export interface InstanceFacts {
  readonly version: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly endpoints: readonly Endpoint[];
}

export interface RouteKey {
  readonly method: string;
  /** The path without the names of its parameters and the case of its letters: `/orders/{}`. */
  readonly shape: string;
}

/** A method and the shape of a path, which one service owns. */
export interface RouteClaim extends RouteKey {
  /** As the service wrote it. */
  readonly path: string;
}

export interface OwnedRoute extends RouteClaim {
  readonly service: string;
}

export interface RegisterRequest extends InstanceKey, InstanceFacts {
  readonly address: string;
  readonly epoch: number;
  readonly routes: readonly RouteClaim[];
  /** Routes, of whichever service, inside which others may have more specific ones. */
  readonly openRoutes: readonly RouteKey[];
  readonly leaseMs: number;
  /** Instances of one service at the most. */
  readonly instancesPerService: number;
}

/** A route that was asked for, and one of another service that can match a request which it matches, too. */
export interface RouteConflict {
  readonly asked: RouteClaim;
  readonly owned: OwnedRoute;
}

/** What became of a registration; all but `registered` stored nothing. */
export type RegisterOutcome =
  | { readonly kind: 'registered'; readonly version: number }
  /** The id belongs to an instance of another service. */
  | { readonly kind: 'instance-taken'; readonly owner: string }
  | { readonly kind: 'stale-epoch'; readonly epoch: number }
  | { readonly kind: 'too-many-instances' }
  | { readonly kind: 'route-taken'; readonly conflict: RouteConflict };

export interface StoredInstance extends InstanceKey, InstanceFacts {
  /** The address that was checked and probed; before that the one that was registered. */
  readonly address: string;
  readonly state: StoredState;
  /** The version of the directory in which it changed last. */
  readonly change: number;
}

export interface RegistryChanges {
  readonly version: number;
  /** Whoever knows less than this version cannot be told what changed since: what left before it is forgotten. */
  readonly floor: number;
  /** What changed, in the order of the changes. */
  readonly instances: readonly StoredInstance[];
}

/** An instance as its keeper looks at it; times are those of the store's clock. */
export interface KeptInstance extends InstanceKey {
  readonly epoch: number;
  /** As it was registered. */
  readonly address: string;
  /** As it was checked and probed, where that happened. */
  readonly published: string | undefined;
  readonly state: Exclude<StoredState, 'left'>;
  /** For how long its lease has been over, in milliseconds; below zero it is not. */
  readonly lapsedMs: number;
  /** For how long it has been suspect, in milliseconds. */
  readonly suspectMs: number;
}

/** What its keeper found out about an instance. It holds only for the incarnation and address that was looked at. */
export interface StateVerdict extends InstanceKey {
  readonly epoch: number;
  readonly address: string;
  readonly state: 'up' | 'suspect' | 'out' | 'left';
  readonly published?: string;
  /** Only if the lease is still over. */
  readonly onlyLapsed: boolean;
}

/** Under which right verdicts are stored: the epoch of a lease. A newer holder makes them void. */
export interface KeeperFence {
  readonly name: string;
  readonly epoch: bigint;
}

export interface LookOptions {
  /** Every lease is prolonged first if nobody has looked for longer than this. */
  readonly downAfterMs: number;
  /** By how much. */
  readonly leaseMs: number;
  /** Only those that no probe has reached yet. @default false */
  readonly onlyNew?: boolean;
}

/**
 * What the registry knows. Several registries share one store: each call is atomic, and all see one order of changes. `version` ascends with each change that watchers
 * can see, in the order of the commits: whoever reads a version has read all changes up to it. Leases are counted on the store's clock. Concurrent calls are allowed.
 *
 * Rejections: a retryable error means that the store cannot be reached; whether the call took effect is then unknown, and it may be made again.
 */
export interface RegistryStore {
  /**
   * Stores the instance with a fresh lease and claims its routes; no two services get routes that can match one request, and what a service owns already is not
   * asked again. The same again changes nothing but the lease. Another instance of the service at this address has
   * left: one address has one process. An instance that is known at this address keeps its state; another address begins as `new`.
   */
  register(request: RegisterRequest): Promise<RegisterOutcome>;
  /** Prolongs leases to `leaseMs` from now; answers in order whether each is known with this epoch. */
  renew(instances: readonly (InstanceKey & { readonly epoch: number })[], leaseMs: number): Promise<readonly boolean[]>;
  /** Takes the instance out for good, so that the same incarnation cannot register again; `false` if it is not known, or newer than `epoch`. */
  leave(instance: InstanceKey, epoch: number): Promise<boolean>;
  /** What changed after this version; 0 gives all that is known. */
  changesAfter(version: number): Promise<RegistryChanges>;
  /** What the keeper looks after: all that has not left. Says that somebody is looking. */
  look(options: LookOptions): Promise<readonly KeptInstance[]>;
  /** Stores verdicts; those whose instance has changed since are dropped. Answers how many changed something. */
  judge(verdicts: readonly StateVerdict[], fence?: KeeperFence): Promise<number>;
  /** Forgets what left longer ago than this. */
  forget(olderThanMs: number): Promise<void>;
  /** All claims, by path and method. */
  routes(): Promise<readonly OwnedRoute[]>;
  /** Ends a claim, so that another service may make it; `false` where there is none. */
  freeRoute(method: string, shape: string): Promise<boolean>;
}
