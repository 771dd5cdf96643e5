import type { PendingUnit } from './pending-unit.js';

export interface BatchLimits {
  /** Units in one transaction at the most. */
  readonly units: number;
  /** Bytes of all changes in one transaction at the most; a single unit may exceed it alone. */
  readonly bytes: number;
}

/** What one pass over the queue has taken and passed over so far. */
interface Selection {
  readonly batch: PendingUnit[];
  /** Keys of units that were passed over: nothing behind them that shares one may overtake. */
  readonly withheld: Set<string>;
  bytes: number;
}

/**
 * The units that wait for a commit, in the order in which they settled.
 *
 * A batch holds units that have no lock key in common, and chains: a unit may follow the last one before it, if it stands on that. Units that share a key
 * leave in the order in which they came, and none while a batch with its key is on the way.
 */
export class CommitQueue {
  private waiting: PendingUnit[] = [];
  private waitingBytes = 0;
  /** Those that wait or whose batch is on the way. */
  private readonly known = new Map<string, PendingUnit>();
  /** Per lock key the last unit that holds it, of the batch being chosen or of one on the way. */
  private readonly holders = new Map<string, PendingUnit>();

  constructor(private readonly limits: BatchLimits) {}

  get length(): number {
    return this.waiting.length;
  }

  /** Bytes of the changes of all units that wait. */
  get bytes(): number {
    return this.waitingBytes;
  }

  push(unit: PendingUnit): void {
    this.waiting.push(unit);
    this.waitingBytes += unit.size;
    this.known.set(unit.id, unit);
  }

  /** Puts units back in front, in their order, because their batch got no verdict. */
  putBack(units: readonly PendingUnit[]): void {
    this.waiting = [...units, ...this.waiting];
    for (const unit of units) {
      this.known.set(unit.id, unit);
      this.waitingBytes += unit.size;
    }
  }

  /** The unit has its verdict. */
  forget(id: string): void {
    this.known.delete(id);
  }

  /** The batch has come back; what it left without a verdict is put back before. */
  landed(batch: readonly PendingUnit[]): void {
    for (const unit of batch) for (const key of unit.lockKeys) this.holders.delete(key);
  }

  /** Takes the next batch, of at most `most` units; empty when nothing may leave now. Its keys are in flight until it has {@link landed}. */
  take(most = this.limits.units): PendingUnit[] {
    const selection: Selection = { batch: [], withheld: new Set(), bytes: 0 };
    const left: PendingUnit[] = [];
    let seen = 0;
    for (const unit of this.waiting) {
      if (selection.batch.length >= most) break;
      seen++;
      if (this.fits(unit, selection)) this.choose(unit, selection);
      else {
        left.push(unit);
        for (const key of unit.lockKeys) selection.withheld.add(key);
      }
    }
    this.waiting = left.concat(this.waiting.slice(seen));
    this.waitingBytes -= selection.bytes;
    return selection.batch;
  }

  private fits(unit: PendingUnit, selection: Selection): boolean {
    if (unit.blocked) return false;
    if (selection.batch.length > 0 && selection.bytes + unit.size > this.limits.bytes) return false;
    return this.dependenciesAllow(unit, selection.batch) && this.keysAllow(unit, selection);
  }

  private dependenciesAllow(unit: PendingUnit, batch: readonly PendingUnit[]): boolean {
    return unit.request.standsOn.every((id) => {
      const previous = this.known.get(id);
      return previous === undefined || previous.chosenFor === batch;
    });
  }

  /** It must fail with the last unit that holds the key: what it writes is counted on from there. */
  private keysAllow(unit: PendingUnit, { batch, withheld }: Selection): boolean {
    for (const key of unit.lockKeys) {
      if (withheld.has(key)) return false;
      const last = this.holders.get(key);
      if (last && !(last.chosenFor === batch && unit.request.standsOn.includes(last.id))) return false;
    }
    return true;
  }

  private choose(unit: PendingUnit, selection: Selection): void {
    selection.batch.push(unit);
    selection.bytes += unit.size;
    unit.chosenFor = selection.batch;
    for (const key of unit.lockKeys) this.holders.set(key, unit);
  }
}
