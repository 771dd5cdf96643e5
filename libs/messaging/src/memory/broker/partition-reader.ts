import type { Clock } from '@minos/common';
import type { StoredMessage } from '../../contracts/broker.js';
import { anyRing, Doorbell } from './doorbell.js';
import type { MemoryConnection } from './memory-connection.js';
import type { MemoryPartition } from './memory-partition.js';

export interface PartitionReaderOptions {
  readonly partition: MemoryPartition;
  readonly connection: MemoryConnection;
  readonly clock: Clock;
  readonly batchSize: number;
  /** Pause after a rejection. */
  readonly retryMs: number;
  /** Ends the reading; a delivery that is running ends by itself. */
  readonly signal: AbortSignal;
  deliver(messages: readonly StoredMessage[]): Promise<void>;
}

/** Delivers one partition from an offset on, one batch at a time, a rejected one again and again. */
export class PartitionReader {
  private readonly resumed = new Doorbell();
  private paused = false;

  constructor(private readonly options: PartitionReaderOptions) {}

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.resumed.ring();
  }

  /** Resolves when the signal has aborted and no delivery is running. */
  async run(from: bigint): Promise<void> {
    const { signal } = this.options;
    let next = from;
    let batch: readonly StoredMessage[] = [];
    while (!signal.aborted) {
      if (batch.length === 0) batch = this.fetch(next);
      if (batch.length === 0 || !this.flows()) await this.change();
      else if (await this.delivered(batch)) {
        next = (batch.at(-1) as StoredMessage).offset + 1n;
        batch = [];
      }
    }
  }

  private fetch(next: bigint): StoredMessage[] {
    const { partition, batchSize } = this.options;
    return this.flows() ? partition.read(next, batchSize) : [];
  }

  private flows(): boolean {
    return !this.paused && this.options.connection.isUp;
  }

  /** Nothing that happens between the look and the wait is missed: both are in one turn. */
  private change(): Promise<void> {
    const { partition, connection, signal } = this.options;
    return anyRing([partition.appended, connection.changed, this.resumed], signal);
  }

  private async delivered(batch: readonly StoredMessage[]): Promise<boolean> {
    const { clock, retryMs, signal } = this.options;
    try {
      await this.options.deliver(batch);
      return true;
    } catch {
      await clock.sleep(retryMs, signal).catch(() => undefined);
      return false;
    }
  }
}
