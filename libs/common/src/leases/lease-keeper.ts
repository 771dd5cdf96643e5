import type { Clock } from '../contracts/clock.js';
import type { Lease, Leases } from '../contracts/leases.js';

/** Holds a lease by renewing it in time, and says at once when it is lost. */
export class LeaseKeeper {
  /** Aborts when the lease is lost, or the keeper is ended. */
  readonly signal: AbortSignal;
  private readonly stop = new AbortController();
  private readonly running: Promise<void>;

  constructor(
    private readonly leases: Leases,
    private readonly clock: Clock,
    readonly lease: Lease,
    private readonly ttlMs: number,
  ) {
    this.signal = this.stop.signal;
    this.running = this.renew();
  }

  /** Gives the lease back. Errors do not matter: it lapses by itself. */
  async end(): Promise<void> {
    this.stop.abort();
    await this.running;
    await this.leases.release(this.lease).catch(() => undefined);
  }

  private async renew(): Promise<void> {
    let validUntil = this.clock.monotonic() + this.lease.remaining;
    while (!this.signal.aborted) {
      await this.clock.sleep(this.untilRenewal(), this.signal).catch(() => undefined);
      if (this.signal.aborted) return;
      const asked = this.clock.monotonic();
      const answered = this.abortAt(validUntil);
      try {
        if ((await this.leases.renew(this.lease, this.ttlMs)) === undefined) return this.stop.abort();
        validUntil = asked + this.ttlMs;
      } catch {
        if (this.clock.monotonic() >= validUntil) this.stop.abort();
      } finally {
        answered.abort();
      }
    }
  }

  /** Leases of one process that last equally long are renewed at the same moments, so that one statement renews them all. */
  private untilRenewal(): number {
    const every = this.ttlMs / 3;
    const left = every - (this.clock.monotonic() % every);
    // A timer may be a little early for the moment that it was for.
    return left < every / 10 ? left + every : left;
  }

  /**
   * A database that does not answer renews nothing: the lease is over when its time is, whenever the answer comes. Where the process stood still until then, nobody may
   * have taken it yet, which the database is asked once, for a while: what is written meanwhile is held back by the lease's epoch, as anything late.
   */
  private abortAt(validUntil: number): AbortController {
    const answered = new AbortController();
    const left = validUntil - this.clock.monotonic();
    void this.clock.sleep(left > 0 ? left : this.ttlMs / 3, answered.signal).then(
      () => this.stop.abort(),
      () => undefined,
    );
    return answered;
  }
}
