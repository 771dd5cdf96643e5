import type { PartitionRef } from '../../contracts/broker.js';

export type ToldPosition = PartitionRef & { readonly next: bigint };

/** Where the group stands, as it was told since Kafka was told last; the newest of each partition counts. */
export class ToldPositions {
  private told = new Map<string, ToldPosition>();

  add({ channel, partition }: PartitionRef, next: bigint): void {
    this.told.set(`${channel} ${partition}`, { channel, partition, next });
  }

  /** Takes those that wait. */
  take(): ToldPosition[] {
    const taken = [...this.told.values()];
    this.told = new Map();
    return taken;
  }

  /** Puts back what could not be told, where nothing newer is there. */
  putBack(positions: readonly ToldPosition[]): void {
    for (const position of positions) {
      const name = `${position.channel} ${position.partition}`;
      if (!this.told.has(name)) this.told.set(name, position);
    }
  }

  clear(): void {
    this.told.clear();
  }
}
