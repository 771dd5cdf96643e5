import type { PartitionRef } from '../../contracts/broker.js';
import type { OutgoingRecord } from './outgoing-record.js';

/** What a batch takes beside its records. */
const BATCH_OVERHEAD = 61;

/**
 * The batches of one partition, in order: the first is sent until Kafka has it, then the next. A batch that is sent again is the same to the byte count
 * and has the same sequence number, so that Kafka stores it once.
 */
export class Lane {
  private readonly batches: OutgoingRecord[][] = [];
  private batchSize = 0;
  /** Whether the first batch travels in a request of its own: Kafka's refusal of one batch does not say which. */
  alone = false;

  constructor(
    readonly place: PartitionRef,
    /** Bytes in one batch at the most; a record that exceeds it alone is in a batch of its own, and Kafka decides. */
    readonly limit: number,
  ) {}

  add(record: OutgoingRecord): void {
    const last = this.batches.at(-1);
    if (last === undefined || this.batchSize + record.size > this.limit) {
      this.batches.push([record]);
      this.batchSize = BATCH_OVERHEAD + record.size;
    } else {
      last.push(record);
      this.batchSize += record.size;
    }
  }

  /** The batch to send now; empty when all is done. */
  get first(): readonly OutgoingRecord[] {
    return this.batches[0] ?? [];
  }

  get firstSize(): number {
    return this.first.reduce((sum, { size }) => sum + size, BATCH_OVERHEAD);
  }

  /** Kafka has this batch, its first record at `baseOffset`. Answers whether that is news: an answer may come late, when another try was answered. */
  stored(batch: readonly OutgoingRecord[], baseOffset: bigint): boolean {
    if (this.batches[0] !== batch) return false;
    this.batches.shift();
    this.alone = false;
    batch.forEach((record, index) => record.settle({ ...this.place, offset: baseOffset + BigInt(index) }));
    return true;
  }

  /** Kafka stored nothing of this batch and never will: its records are tried one by one, and a single one is refused. */
  refused(batch: readonly OutgoingRecord[], reason: (record: OutgoingRecord) => Error): void {
    if (this.batches[0] !== batch) return;
    this.batches.shift();
    const [only] = batch;
    if (only !== undefined && batch.length === 1) {
      this.alone = false;
      only.settle({ refused: reason(only) });
      this.holdBack();
      return;
    }
    this.alone = true;
    this.batches.unshift(...batch.map((record) => [record]));
  }

  /** Takes out what may not be stored any more. Nothing of these batches was sent yet. */
  private holdBack(): void {
    for (const batch of this.batches.splice(0)) {
      const kept = batch.filter((record) => {
        const refused = record.heldBack();
        if (refused !== undefined) record.settle({ refused });
        return refused === undefined;
      });
      if (kept.length > 0) this.batches.push(kept);
    }
  }
}
