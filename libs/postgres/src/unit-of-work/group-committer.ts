import type { CommitRequest, PinnedTransaction, UnitCommitter } from '@minos/common';
import { DependencyFailedError, FailedUnits, OverloadedError, UnitOfWorkClosedError } from '@minos/common';
import { BatchCommit } from './batch-commit.js';
import { BlockedUnits } from './blocked-units.js';
import { CommitQueue } from './commit-queue.js';
import { resolveCommitterOptions, type GroupCommitterOptions, type ResolvedCommitterOptions } from './group-committer-options.js';
import { PendingUnit } from './pending-unit.js';
import { openPinnedTransaction } from './pinned-transaction.js';
import { TransactionFates } from './transaction-fate.js';

/** What a committer has done since it was made. */
export interface CommitterStatistics {
  /** Units that wait for a commit now. */
  readonly queued: number;
  readonly batches: number;
  /** Transactions that were tried for them; more than batches where a bad row or a lost connection made it try again. */
  readonly transactions: number;
  readonly units: number;
}

/** Up to so many bytes go in one batch although another lane is free. */
const LEAST_BYTES_TO_SHARE = 4_096;

/** Between two looks at whether what blocks a unit is gone. */
const BLOCKED_PAUSE_MS = 50;

/**
 * Commits units to PostgreSQL in groups: while one batch is on its way, what settles meanwhile forms the next, so that many units share a round trip
 * and a flush of the log. The technique is group commit as databases do it for their logs (DeWitt et al., SIGMOD 1984), one level up.
 */
export class GroupCommitter implements UnitCommitter {
  private readonly queue: CommitQueue;
  private readonly batches: BatchCommit;
  private readonly fates: TransactionFates;
  private readonly blocked: BlockedUnits;
  private readonly failed = new FailedUnits();
  private readonly options: ResolvedCommitterOptions;
  private readonly counts = { batches: 0, units: 0 };
  /** Batches on the way. */
  private readonly flying = new Set<Promise<void>>();
  private waking: Promise<void> | undefined;
  private unblocking: Promise<void> | undefined;
  private closed = false;
  private readonly onSettled = (unit: PendingUnit): void => {
    if (unit.failed) this.failed.add(unit.id);
    this.queue.forget(unit.id);
  };

  /** Throws `OPTIONS_INVALID`. */
  constructor(options: GroupCommitterOptions) {
    this.options = resolveCommitterOptions(options);
    const { database, clock, outcomeTimeoutMs, batchUnits, batchBytes, lockTimeoutMs } = this.options;
    this.queue = new CommitQueue({ units: batchUnits, bytes: batchBytes });
    this.batches = new BatchCommit(this.options);
    this.fates = new TransactionFates(database, clock, outcomeTimeoutMs);
    this.blocked = new BlockedUnits(database, clock, lockTimeoutMs);
  }

  statistics(): CommitterStatistics {
    return { queued: this.queue.length, ...this.counts, transactions: this.batches.transactions };
  }

  commit(request: CommitRequest): Promise<readonly unknown[]> {
    try {
      const unit = this.accept(request);
      this.queue.push(unit);
      this.wake();
      return unit.outcome;
    } catch (error) {
      // The next unit may have been told already to stand on it.
      this.failed.add(request.unitId);
      return rejected(error);
    }
  }

  async pin(unitId: string, tenant: string): Promise<PinnedTransaction> {
    if (this.closed) throw new UnitOfWorkClosedError();
    const onFailed = (): void => this.failed.add(unitId);
    return openPinnedTransaction({ ...this.options, unitId, tenant, fates: this.fates, onFailed, onCommitted: () => this.announce() });
  }

  async close(): Promise<void> {
    this.closed = true;
    while (this.waking ?? this.unblocking ?? this.flying.values().next().value) {
      await (this.waking ?? this.unblocking ?? this.flying.values().next().value);
    }
  }

  private accept(request: CommitRequest): PendingUnit {
    if (this.closed) throw new UnitOfWorkClosedError();
    const { queueLimit } = this.options;
    if (this.queue.length >= queueLimit) throw new OverloadedError(this.queue.length, queueLimit);
    const lost = request.standsOn.find((id) => this.failed.has(id));
    if (lost !== undefined) throw new DependencyFailedError(request.unitId, lost);
    return new PendingUnit(request, this.options.writers, this.onSettled);
  }

  /** A unit whose predecessor failed while it was waiting is not sent. */
  private refuseOrphans(batch: readonly PendingUnit[]): readonly PendingUnit[] {
    for (const unit of batch) {
      const lost = unit.request.standsOn.find((id) => this.failed.has(id));
      if (lost !== undefined) unit.reject(new DependencyFailedError(unit.id, lost));
    }
    return batch.filter((unit) => !unit.settled);
  }

  /** A listener that throws may not stop the queue. */
  private announce(kinds?: ReadonlySet<string>): void {
    try {
      this.options.onCommitted(kinds);
    } catch (error) {
      process.emitWarning(`The onCommitted listener of the group committer failed: ${String(error)}`);
    }
  }

  /** Everything that settles in this turn of the event loop, and who was told an outcome in it, may be part of the next batches. */
  private wake(): void {
    this.waking ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.waking = undefined;
      this.dispatch();
    });
  }

  private dispatch(): void {
    while (this.flying.size < this.options.lanes && this.queue.length > 0) {
      const batch = this.queue.take(this.shareOfLane());
      // What is left is blocked, or waits for a batch that is on the way.
      if (batch.length === 0) return;
      const flight = this.fly(batch).finally(() => {
        this.flying.delete(flight);
        this.wake();
      });
      this.flying.add(flight);
    }
  }

  /** Free lanes share what waits, so that the server works on one part while the other is made ready; little is not worth two transactions. */
  private shareOfLane(): number {
    const { lanes, batchUnits } = this.options;
    const { length, bytes } = this.queue;
    const share = Math.ceil(length / (lanes - this.flying.size));
    const least = Math.ceil((LEAST_BYTES_TO_SHARE * length) / bytes);
    return Math.min(batchUnits, Math.max(least, share));
  }

  private async fly(batch: readonly PendingUnit[]): Promise<void> {
    const sendable = this.refuseOrphans(batch);
    this.counts.batches++;
    this.counts.units += sendable.length;
    if (sendable.length > 0) this.takeBack(await this.batches.run(sendable));
    this.queue.landed(batch);
    this.announce(new Set(sendable.flatMap(({ request }) => request.changes.map(({ kind }) => kind))));
  }

  private takeBack(units: readonly PendingUnit[]): void {
    this.queue.putBack(units);
    for (const unit of units) if (unit.blocked) this.blocked.add(unit);
    if (this.blocked.size > 0) this.unblocking ??= this.unblock();
  }

  private async unblock(): Promise<void> {
    while (this.blocked.size > 0) {
      await this.options.clock.sleep(BLOCKED_PAUSE_MS);
      await this.blocked.look();
      this.wake();
    }
    this.unblocking = undefined;
  }
}

async function rejected(error: unknown): Promise<never> {
  throw error;
}
