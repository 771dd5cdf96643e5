import type { Clock, Lease, LeaseFence, Leases, MemoryLeases } from '@minos/common';

/** Longer than any run lasts that a test makes: renewing takes most of the time of an idle system. */
const TERM_MS = 3_600_000;

/** Leases that are not renewed while their holder lives, and lapse a while after it has died: as if they had been renewed up to then. */
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
  async lapse(clock: Clock, afterMs: number): Promise<void> {
    await clock.sleep(afterMs);
    for (const lease of this.held.values()) await this.leases.release(lease);
  }

  private keep(lease: Lease | undefined): Lease | undefined {
    if (lease !== undefined) this.held.set(lease.name, lease);
    return lease;
  }
}
