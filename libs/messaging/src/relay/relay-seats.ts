import type { Lease, Leases } from '@minos/common';
import { RELAY_GROUPS } from './relay-groups.js';

const SEATS = Array.from({ length: RELAY_GROUPS }, (_, seat) => `outbox-relay:${seat}`);

/**
 * How many relays live, found out through leases alone: each holds one of as many seats as there are groups; more relays than that have nothing to do. One that
 * has not found a seat yet counts itself besides.
 */
export class RelaySeats {
  private mine: Lease | undefined;

  constructor(
    private readonly leases: Leases,
    private readonly holder: string,
    private readonly ttlMs: number,
  ) {}

  /** This relay included; from 1 to the number of seats. Takes a seat, or keeps the one it has. */
  async living(): Promise<number> {
    const holders = await this.leases.holders(SEATS);
    const taken = [...holders].filter(([seat, holder]) => seat !== this.mine?.name && holder !== this.holder).map(([seat]) => seat);
    await this.sitDown(SEATS.filter((seat) => !taken.includes(seat)));
    return Math.min(RELAY_GROUPS, taken.length + 1);
  }

  /** Gives the seat back. Errors do not matter: it lapses by itself. */
  async leave(): Promise<void> {
    const { mine } = this;
    this.mine = undefined;
    if (mine !== undefined) await this.leases.release(mine).catch(() => undefined);
  }

  /** Others may be quicker on one or the other. */
  private async sitDown(free: readonly string[]): Promise<void> {
    const kept = this.mine === undefined ? undefined : await this.leases.acquire(this.mine.name, this.holder, this.ttlMs);
    this.mine = kept;
    for (let index = 0; this.mine === undefined && index < free.length; index += 1) {
      this.mine = await this.leases.acquire(free[index] ?? '', this.holder, this.ttlMs);
    }
  }
}
