import type { Lease } from '@minos/common';
import type { OutboxRecord } from '../contracts/outgoing-message.js';
import type { OutboxStore } from '../contracts/outbox-store.js';

/**
 * What is published but not yet forgotten, and the one forgetting that is under way. A read that begins meanwhile finds these records again: whoever reads
 * leaves them out, so that a key goes on behind what was published of it.
 */
export class PublishedRecords {
  private readonly records = new Map<bigint, OutboxRecord>();
  private hasFailed = false;
  private forgetting: Promise<{ readonly error: unknown } | undefined> | undefined;

  constructor(
    private readonly store: OutboxStore,
    private readonly lease: Lease,
  ) {}

  /** The last forgetting failed: until one succeeds nothing more may be published, or what is kept here would grow without end. */
  get failed(): boolean {
    return this.hasFailed;
  }

  get size(): number {
    return this.records.size;
  }

  /** To be taken before a read: what is forgotten during it may be in its answer. */
  ids(): ReadonlySet<bigint> {
    return new Set(this.records.keys());
  }

  add(records: readonly OutboxRecord[]): void {
    for (const record of records) this.records.set(record.id, record);
  }

  /** Begins to forget all there is, once what is under way has ended; rejects where that one failed. */
  async forget(): Promise<void> {
    await this.settled();
    if (this.records.size === 0) return;
    const records = [...this.records.values()];
    this.forgetting = this.store.forget(records, [this.lease]).then(
      () => {
        for (const { id } of records) this.records.delete(id);
        return undefined;
      },
      (error: unknown) => ({ error }),
    );
  }

  /** Forgets all there is and waits for it. */
  async forgetNow(): Promise<void> {
    await this.forget();
    await this.settled();
  }

  /** Waits for the forgetting that is under way; rejects with its error, once. */
  async settled(): Promise<void> {
    const failed = await this.forgetting;
    if (this.forgetting !== undefined) this.hasFailed = failed !== undefined;
    this.forgetting = undefined;
    if (failed !== undefined) throw failed.error;
  }
}
