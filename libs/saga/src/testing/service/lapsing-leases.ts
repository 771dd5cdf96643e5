import type { Clock, Lease, LeaseFence, Leases, MemoryLeases } from '@minos/common';

/** Longer than any run lasts that a test makes: renewing takes most of the time of an idle system. */
const TERM_MS = 3_600_000;

/** Leases that are not renewed while their holder lives, and lapse when it has died, before it starts again: as if it had been away for a term. */
export class LapsingLeases implements Leases {
  private readonly held = new Map<string, Lease>();

  constructor(private readonly leases: MemoryLeases) {}

  async acquire(name: string, holder: string): Promise<Lease | undefined> {
    return this.keep(await this.leases.acquire(name, holder, TERM_MS));
  }

  async renew(lease: Lease): Promise<Lease | undefined> {
    return this.keep(await this.leases.renew(lease, TERM_MS));
  }

  holders(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.leases.holders(names);
  }

  async release(lease: Lease): Promise<void> {
    this.held.delete(lease.name);
    await this.leases.release(lease);
  }

  fence(lease: Lease): LeaseFence {
    return this.leases.fence(lease);
  }

  /** Its holder has died. */
  async lapse(clock: Clock): Promise<void> {
    // What it was about to take is taken first.
    await clock.sleep(1);
    for (const lease of this.held.values()) await this.leases.release(lease);
  }

  private keep(lease: Lease | undefined): Lease | undefined {
    if (lease !== undefined) this.held.set(lease.name, lease);
    return lease;
  }
}
