import type { SuspectStore } from '../contracts/suspect-store.js';
import { ProcessKillerError } from './consumer.errors.js';
import type { PartitionLife } from './partition-life.js';
import type { Turns } from './turns.js';

/**
 * The messages that a dead owner of the partition had in hand. Each is handled alone, over all partitions of this consumer in the process, after the try was
 * counted: so a message that ends the process is found out, and only those that may be it wait.
 */
export class SuspectRange {
  private cleared: boolean;

  constructor(
    private readonly life: PartitionLife,
    private readonly ports: { readonly suspects: SuspectStore; readonly turns: Turns; readonly mostTries: number },
    private readonly upTo: bigint | undefined,
  ) {
    this.cleared = upTo === undefined;
  }

  /** Whether messages of it may still come. */
  get open(): boolean {
    return !this.cleared;
  }

  includes(offset: bigint): boolean {
    return this.upTo !== undefined && offset < this.upTo && !this.cleared;
  }

  /** Runs `handle` alone; `condemn` instead, where the process has died of the message too often. */
  examine(offset: bigint, handle: () => Promise<void>, condemn: (error: ProcessKillerError) => Promise<void>): Promise<void> {
    const { suspects, turns, mostTries } = this.ports;
    const { hold } = this.life;
    return turns.take(async () => {
      const tries = await this.life.insist(() => suspects.countTry(hold, offset));
      try {
        if (tries > mostTries) await condemn(new ProcessKillerError(tries - 1));
        else await handle();
      } finally {
        await suspects.forgive(hold, offset).catch(() => undefined);
      }
    });
  }

  /** Every message of it has been dealt with. */
  async close(): Promise<void> {
    if (this.cleared) return;
    await this.life.insist(() => this.ports.suspects.clear(this.life.hold));
    this.cleared = true;
  }
}
