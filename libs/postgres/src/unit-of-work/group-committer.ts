import type { CommitRequest, PinnedTransaction, UnitCommitter } from '@minos/common';
import { DependencyFailedError, FailedUnits, NO_CRASH_POINTS, OverloadedError, UnitOfWorkClosedError } from '@minos/common';
import { BatchCommit } from './batch-commit.js';
import { BlockedUnits } from './blocked-units.js';
import { CommitQueue } from './commit-queue.js';
import type { GroupCommitterOptions } from './group-committer-options.js';
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
  private readonly queueLimit: number;
  private readonly counts = { batches: 0, units: 0 };
  private running: Promise<void> | undefined;
  private unblocking: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly options: GroupCommitterOptions) {
    const { database, writers, clock, outcomeTimeoutMs = 5_000 } = options;
    this.queueLimit = options.queueLimit ?? 10_000;
    this.queue = new CommitQueue({ units: options.batchUnits ?? 256, bytes: options.batchBytes ?? 4 * 1024 * 1024 });
    this.batches = new BatchCommit({
      database,
      writers,
      clock,
      outcomeTimeoutMs,
      crashPoints: options.crashPoints ?? NO_CRASH_POINTS,
    });
    this.fates = new TransactionFates(database, clock, outcomeTimeoutMs);
    this.blocked = new BlockedUnits(database, clock, options.lockTimeoutMs ?? 30_000);
  }

  statistics(): CommitterStatistics {
    return { queued: this.queue.length, ...this.counts, transactions: this.batches.transactions };
  }

  async commit(request: CommitRequest): Promise<readonly unknown[]> {
    try {
      const unit = this.accept(request);
      this.queue.push(unit);
      this.running ??= this.drain();
      return await unit.outcome;
    } catch (error) {
      // Also where it was refused at once: the next unit may have been told already to stand on it.
      this.failed.add(request.unitId);
      throw error;
    } finally {
      this.queue.forget(request.unitId);
    }
  }

  async pin(unitId: string, tenant: string): Promise<PinnedTransaction> {
    if (this.closed) throw new UnitOfWorkClosedError();
    const onFailed = (): void => this.failed.add(unitId);
    return openPinnedTransaction({ ...this.options, unitId, tenant, fates: this.fates, onFailed, onCommitted: () => this.announce() });
  }

  async close(): Promise<void> {
    this.closed = true;
    while (this.running ?? this.unblocking) await (this.running ?? this.unblocking);
  }

  private accept(request: CommitRequest): PendingUnit {
    if (this.closed) throw new UnitOfWorkClosedError();
    if (this.queue.length >= this.queueLimit) throw new OverloadedError(this.queue.length, this.queueLimit);
    const lost = request.standsOn.find((id) => this.failed.has(id));
    if (lost !== undefined) throw new DependencyFailedError(request.unitId, lost);
    return new PendingUnit(request, this.options.writers);
  }

  /** A unit whose predecessor failed while it was waiting is not sent. */
  private refuseOrphans(batch: readonly PendingUnit[]): readonly PendingUnit[] {
    for (const unit of batch) {
      const lost = unit.request.standsOn.find((id) => this.failed.has(id));
      if (lost === undefined) continue;
      this.failed.add(unit.id);
      unit.reject(new DependencyFailedError(unit.id, lost));
    }
    return batch.filter((unit) => !unit.settled);
  }

  /** A listener that throws may not stop the queue. */
  private announce(): void {
    try {
      this.options.onCommitted?.();
    } catch (error) {
      process.emitWarning(`The onCommitted listener of the group committer failed: ${String(error)}`);
    }
  }

  private async drain(): Promise<void> {
    // Everything that settles in this turn of the event loop goes into the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.queue.length > 0) {
      const taken = this.queue.take();
      // What is left is blocked or waits for what is; it begins anew when that is over.
      if (taken.length === 0 && this.blocked.size > 0) break;
      const batch = this.refuseOrphans(taken);
      this.counts.batches++;
      this.counts.units += batch.length;
      if (batch.length > 0) this.takeBack(await this.batches.run(batch));
      this.announce();
      // The outcomes are told before the next batch is taken: who waits for one may be part of it.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.running = undefined;
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
      if (this.queue.length > 0) this.running ??= this.drain();
    }
    this.unblocking = undefined;
  }
}
