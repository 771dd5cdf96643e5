import type { Lease } from '@minos/common';
import type { SqlExecutor } from '../contracts/executor.js';
import { RENEW_LEASES } from './leases.sql.js';

/** How long a renewal waits for others, and how small a part of its time that is at the most. */
const GATHER_MS = 20;
const PART_OF_TIME = 20;

interface Renewal {
  readonly lease: Lease;
  readonly ttlMs: number;
  readonly resolve: (lease: Lease | undefined) => void;
  readonly reject: (error: unknown) => void;
}

type RenewedRow = Lease;

/** Renews in one statement what is to be renewed at about the same time: who holds several leases renews them together from the second time on. */
export class LeaseRenewals {
  private waiting: Renewal[] = [];
  private timer: NodeJS.Timeout | undefined;
  private due = Infinity;

  constructor(
    private readonly sql: SqlExecutor,
    private readonly tenant: string,
  ) {}

  renew(lease: Lease, ttlMs: number): Promise<Lease | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ lease, ttlMs, resolve, reject });
      this.sendWithin(Math.min(GATHER_MS, ttlMs / PART_OF_TIME));
    });
  }

  private sendWithin(milliseconds: number): void {
    const due = performance.now() + milliseconds;
    if (due >= this.due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => void this.send(), milliseconds);
  }

  private async send(): Promise<void> {
    const renewals = this.waiting;
    this.waiting = [];
    this.due = Infinity;
    // The same lease twice in one statement would be renewed once; each has the same answer.
    const leases = renewals.map(({ lease }) => lease);
    try {
      const { rows } = await this.sql.query<RenewedRow>(RENEW_LEASES, [
        this.tenant,
        leases.map(({ name }) => name),
        leases.map(({ holder }) => holder),
        leases.map(({ epoch }) => String(epoch)),
        renewals.map(({ ttlMs }) => ttlMs),
      ]);
      const renewed = new Map(rows.map((row) => [nameOf(row), row]));
      for (const { lease, resolve } of renewals) resolve(renewed.get(nameOf(lease)));
    } catch (error) {
      for (const { reject } of renewals) reject(error);
    }
  }
}

function nameOf({ name, holder, epoch }: Lease): string {
  return JSON.stringify([name, holder, String(epoch)]);
}
