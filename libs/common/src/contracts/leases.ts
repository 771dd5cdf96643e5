import type { Change } from './unit-of-work.js';

/** A right that one holder has for a while. `epoch` rises with every change of holder: the fencing token. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  /** Ascends by at least one whenever the lease goes to another holder or is taken anew after it lapsed. */
  readonly epoch: bigint;
  /** Milliseconds that were left when the store answered, measured on the store's clock. */
  readonly remaining: number;
}

/**
 * Leases on the store's clock. A lease alone fences nothing: whoever writes under it carries its `epoch` and has the write refuse
 * an older one (in PostgreSQL: `where epoch = $n` in the statement, or the change of {@link Leases.fence} enlisted in the unit).
 */
export interface Leases {
  /** Takes the lease if it is free, lapsed or already ours (then the epoch stays); `undefined` while somebody else holds it. Never waits. */
  acquire(name: string, holder: string, ttlMs: number): Promise<Lease | undefined>;
  /** Prolongs it; `undefined` if it lapsed and was taken, or is no longer held with this epoch. */
  renew(lease: Lease, ttlMs: number): Promise<Lease | undefined>;
  /** Who holds each of these leases now; those that nobody holds are left out. */
  holders(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Gives it back so that the next holder need not wait. Idempotent; does nothing if it is no longer ours. */
  release(lease: Lease): Promise<void>;
  /** A change that lets a unit commit only while the lease still has this epoch: refused with `LEASE_LOST`. */
  fence(lease: Lease): Change;
}
