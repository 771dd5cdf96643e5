import type { CommitRequest, PinnedTransaction, UnitCommitter } from '../contracts/unit-committer.js';
import type { Change } from '../contracts/unit-of-work.js';
import { FailedUnits } from './failed-units.js';
import type { AppliedChange, MemoryChangeWriter } from './memory-change-writer.js';
import { DependencyFailedError, UnitEndedError, UnitOfWorkClosedError, UnknownChangeError } from './unit-of-work.errors.js';

/**
 * Commits units to memory adapters, one after the other in the order of the calls. For tests and for trying things out: nothing survives
 * the process. A pinned transaction has the store to itself from its first write until it ends.
 */
export class MemoryCommitter implements UnitCommitter {
  readonly exclusive = true;
  private readonly writers = new Map<string, MemoryChangeWriter>();
  private readonly failed = new FailedUnits();
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(writers: readonly MemoryChangeWriter<never>[] = []) {
    for (const writer of writers) this.register(writer);
  }

  register(writer: MemoryChangeWriter<never>): void {
    this.writers.set(writer.kind, writer);
  }

  commit(request: CommitRequest): Promise<readonly unknown[]> {
    if (this.closed) return Promise.reject(new UnitOfWorkClosedError());
    return this.inTurn(() => this.commitNow(request));
  }

  async pin(unitId: string, tenant: string): Promise<PinnedTransaction> {
    if (this.closed) throw new UnitOfWorkClosedError();
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    let over = false;
    let held: Promise<void> | undefined;
    const applied: AppliedChange[] = [];
    return {
      handle: undefined,
      write: async (changes) => {
        await (held ??= new Promise((begin) => void this.inTurn(() => (begin(), ended))));
        if (over) throw new UnitEndedError(unitId, 'failed', 'flush()');
        return this.applyAll(changes, tenant, applied);
      },
      commit: async () => end(),
      rollback: async () => {
        over = true;
        this.failed.add(unitId);
        undoAll(applied);
        end();
      },
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.turn;
  }

  private inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private commitNow(request: CommitRequest): readonly unknown[] {
    const applied: AppliedChange[] = [];
    try {
      const lost = request.standsOn.find((id) => this.failed.has(id));
      if (lost !== undefined) throw new DependencyFailedError(request.unitId, lost);
      return this.applyAll(request.changes, request.tenant, applied);
    } catch (error) {
      undoAll(applied);
      this.failed.add(request.unitId);
      throw error;
    }
  }

  private applyAll(changes: readonly Change[], tenant: string, applied: AppliedChange[]): unknown[] {
    return changes.map((change) => {
      const writer = this.writers.get(change.kind);
      if (!writer) throw new UnknownChangeError(change.kind, [...this.writers.keys()]);
      const one = writer.apply(change, tenant);
      applied.push(one);
      return one.result;
    });
  }
}

function undoAll(applied: AppliedChange[]): void {
  while (applied.length > 0) applied.pop()?.undo();
}
