import type { CommitRequest } from '@minos/common';
import type { ChangeWriterRegistry } from './writer-registry.js';

/** A unit that waits for its commit, with what the queue needs to know of it. */
export class PendingUnit {
  /** Each once. */
  readonly lockKeys: readonly string[];
  readonly size: number;
  /** Whether a crash of the server may undo all of it. */
  readonly mayBeUndone: boolean;
  /** The batch it was last chosen for; set by the queue. */
  chosenFor: readonly PendingUnit[] | undefined;
  /** How often its batch has been sent without getting a verdict. */
  sent = 0;
  /** Whether another transaction holds a key of it for longer than a batch waits: it stays in the queue meanwhile. */
  blocked = false;
  private verdict: 'stored' | 'failed' | undefined;
  readonly outcome: Promise<readonly unknown[]>;
  private settleResolve: (results: readonly unknown[]) => void = () => undefined;
  private settleReject: (error: unknown) => void = () => undefined;

  /** Throws `UNKNOWN_CHANGE` for a change that nobody writes. `onSettled` is called once, before the outcome is told. */
  constructor(
    readonly request: CommitRequest,
    writers: ChangeWriterRegistry,
    private readonly onSettled?: (unit: PendingUnit) => void,
  ) {
    this.lockKeys = lockKeysOf(request, writers);
    this.size = sizeOf(request, writers);
    this.mayBeUndone = request.changes.every((change) => writers.writerOf(change).mayBeUndone?.(change) ?? false);
    this.outcome = new Promise((resolve, reject) => {
      this.settleResolve = resolve;
      this.settleReject = reject;
    });
  }

  get id(): string {
    return this.request.unitId;
  }

  /** Whether the outcome is told. */
  get settled(): boolean {
    return this.verdict !== undefined;
  }

  get failed(): boolean {
    return this.verdict === 'failed';
  }

  resolve(results: readonly unknown[]): void {
    this.settle('stored');
    this.settleResolve(results);
  }

  reject(error: unknown): void {
    this.settle('failed');
    this.settleReject(error);
  }

  private settle(verdict: 'stored' | 'failed'): void {
    if (this.verdict !== undefined) return;
    this.verdict = verdict;
    this.onSettled?.(this);
  }
}

/** A unit that only reads locks nothing, so any number of them on one thing share a batch. */
function lockKeysOf({ changes, tenant }: CommitRequest, writers: ChangeWriterRegistry): readonly string[] {
  if (changes.every((change) => writers.writerOf(change).readsOnly?.(change) ?? false)) return [];
  const [only] = changes;
  if (changes.length === 1 && only) return writers.writerOf(only).lockKeys(only, tenant);
  return [...new Set(changes.flatMap((change) => writers.writerOf(change).lockKeys(change, tenant)))];
}

function sizeOf({ changes }: CommitRequest, writers: ChangeWriterRegistry): number {
  let size = 0;
  for (const change of changes) size += writers.writerOf(change).size(change);
  return size;
}
