import type { Lease, Leases } from '@minos/common';
import { RELAY_GROUPS } from './relay-groups.js';

/** A seat that is only looked at is free again after this time, if it could not be given back. */
const LOOK_MS = 1_000;

/**
 * How many relays live, found out through leases alone: each holds one of as many seats as there are groups; more relays than that have nothing to do. Two
 * that look at one seat at the same moment may take each other for a third, so an answer may be too high for once, never too low for long.
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
    let others = 0;
    for (let seat = 0; seat < RELAY_GROUPS; seat += 1) if (await this.isTaken(`outbox-relay:${seat}`)) others += 1;
    return Math.min(RELAY_GROUPS, others + 1);
  }

  /** Gives the seat back. Errors do not matter: it lapses by itself. */
  async leave(): Promise<void> {
    const { mine } = this;
    this.mine = undefined;
    if (mine !== undefined) await this.leases.release(mine).catch(() => undefined);
  }

  /** By somebody else. */
  private async isTaken(seat: string): Promise<boolean> {
    const wanted = this.mine === undefined || this.mine.name === seat;
    const lease = await this.leases.acquire(seat, this.holder, wanted ? this.ttlMs : LOOK_MS);
    if (wanted) this.mine = lease;
    else if (lease !== undefined) await this.leases.release(lease);
    return lease === undefined;
  }
}
