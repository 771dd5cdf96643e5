import type { CommitRequest } from '@minos/common';
import type { ChangeWriterRegistry } from './writer-registry.js';

/** A unit that waits for its commit, with what the queue needs to know of it. */
export class PendingUnit {
  /** Each once. */
  readonly lockKeys: readonly string[];
  readonly size: number;
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

  /** Throws `UNKNOWN_CHANGE` for a change that nobody writes. */
  constructor(
    readonly request: CommitRequest,
    writers: ChangeWriterRegistry,
  ) {
    this.lockKeys = lockKeysOf(request, writers);
    this.size = request.changes.reduce((sum, change) => sum + writers.writerOf(change).size(change), 0);
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
    this.verdict ??= 'stored';
    this.settleResolve(results);
  }

  reject(error: unknown): void {
    this.verdict ??= 'failed';
    this.settleReject(error);
  }
}

/** A unit that only reads locks nothing, so any number of them on one thing share a batch. */
function lockKeysOf({ changes, tenant }: CommitRequest, writers: ChangeWriterRegistry): readonly string[] {
  if (changes.every((change) => writers.writerOf(change).readsOnly?.(change) ?? false)) return [];
  const [only] = changes;
  if (changes.length === 1 && only) return writers.writerOf(only).lockKeys(only, tenant);
  return [...new Set(changes.flatMap((change) => writers.writerOf(change).lockKeys(change, tenant)))];
}
