import type { Lease } from '../contracts/leases.js';
import type { Change } from '../contracts/unit-of-work.js';

export const LEASE_FENCE = 'lease.fence';

/** Writes nothing; the unit commits only while the lease has this epoch. */
export interface LeaseFence extends Change {
  readonly kind: typeof LEASE_FENCE;
  readonly tenant: string;
  readonly name: string;
  readonly epoch: bigint;
}

export function leaseFence(lease: Lease, tenant: string): LeaseFence {
  return { kind: LEASE_FENCE, tenant, name: lease.name, epoch: lease.epoch };
}
