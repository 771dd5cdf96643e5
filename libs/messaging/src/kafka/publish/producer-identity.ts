import type { PartitionRef } from '../../contracts/broker.js';

/** Beyond it a new identity is taken, long before numbers of 32 bits run out. */
const MOST_RECORDS = 2_000_000_000;

/** An idempotent producer as Kafka knows it: an id, and how many records of each partition it has stored under it. */
export class ProducerIdentity {
  private readonly stored = new Map<string, number>();

  constructor(
    readonly producerId: string,
    readonly producerEpoch: number,
  ) {}

  /** The number of the next record of the partition. */
  next(place: PartitionRef): number {
    return this.stored.get(nameOf(place)) ?? 0;
  }

  advance(place: PartitionRef, records: number): void {
    this.stored.set(nameOf(place), this.next(place) + records);
  }

  get isWorn(): boolean {
    return [...this.stored.values()].some((count) => count > MOST_RECORDS);
  }
}

const nameOf = ({ channel, partition }: PartitionRef): string => `${channel} ${partition}`;
