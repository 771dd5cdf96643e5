import type { Clock } from '../contracts/clock.js';
import type { Lease, Leases } from '../contracts/leases.js';
import type { AppliedChange, MemoryChangeWriter } from '../unit-of-work/memory-change-writer.js';
import { LEASE_FENCE, leaseFence, type LeaseFence } from './lease-fence.js';
import { LeaseLostError } from './leases.errors.js';

interface Held {
  readonly holder: string;
  readonly epoch: bigint;
  /** On the monotonic clock. */
  readonly until: number;
}

/** Leases of one process, for tests and for services whose storage is memory. It is the writer of its fences: hand it to the `MemoryCommitter`. */
export class MemoryLeases implements Leases, MemoryChangeWriter<LeaseFence> {
  readonly kind = LEASE_FENCE;
  private readonly leases = new Map<string, Held>();

  constructor(private readonly clock: Clock) {}

  async acquire(name: string, holder: string, ttlMs: number): Promise<Lease | undefined> {
    const found = this.leases.get(name);
    const now = this.clock.monotonic();
    if (found === undefined) return this.hold(name, { holder, epoch: 1n, until: now + ttlMs });
    const lapsed = found.until <= now;
    if (!lapsed && found.holder !== holder) return undefined;
    return this.hold(name, { holder, epoch: lapsed ? found.epoch + 1n : found.epoch, until: now + ttlMs });
  }

  async renew(lease: Lease, ttlMs: number): Promise<Lease | undefined> {
    if (!this.isOurs(lease)) return undefined;
    return this.hold(lease.name, { holder: lease.holder, epoch: lease.epoch, until: this.clock.monotonic() + ttlMs });
  }

  async holders(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const now = this.clock.monotonic();
    const held = names.flatMap((name): [string, string][] => {
      const found = this.leases.get(name);
      return found !== undefined && found.until > now ? [[name, found.holder]] : [];
    });
    return new Map(held);
  }

  async release(lease: Lease): Promise<void> {
    if (this.isOurs(lease)) this.leases.set(lease.name, { holder: '', epoch: lease.epoch + 1n, until: -Infinity });
  }

  fence(lease: Lease): LeaseFence {
    return leaseFence(lease, '');
  }

  apply(change: LeaseFence): AppliedChange {
    const epoch = this.leases.get(change.name)?.epoch;
    if (epoch !== change.epoch) throw new LeaseLostError(change, epoch);
    return { result: undefined, undo: () => undefined };
  }

  private isOurs(lease: Lease): boolean {
    const found = this.leases.get(lease.name);
    return found?.epoch === lease.epoch && found.holder === lease.holder;
  }

  private hold(name: string, held: Held): Lease {
    this.leases.set(name, held);
    return { name, holder: held.holder, epoch: held.epoch, remaining: held.until - this.clock.monotonic() };
  }
}
