import type { Broker, PartitionLag, PartitionRef } from '../contracts/broker.js';
import type { ConsumerPartitionStatus, ConsumerStatus } from '../consumer/consumer-status.js';
import type { WatchedConsumer } from './messaging-watch.options.js';

interface PartitionSight {
  readonly epoch: bigint;
  readonly next: bigint | undefined;
  /** When it was first seen at this position, on the monotonic clock. */
  readonly since: number;
}

/** What the broker said last of the work that waits for a group. */
export interface LagSample {
  readonly at: number;
  readonly partitions: readonly PartitionLag[];
  /** Those of our partitions, by name, in which messages wait behind our own position. */
  readonly waiting: ReadonlySet<string>;
}

/** What is seen of one consumer over time. */
export class ConsumerObservation {
  private readonly sights = new Map<string, PartitionSight>();
  private inactiveSince: number | undefined;
  private sample: LagSample | undefined;
  private failure: unknown;
  /** Since when the broker has answered. What was missed before is not the consumer's fault. */
  private reachableSince: number | undefined;

  constructor(readonly consumer: WatchedConsumer) {}

  get lag(): LagSample | undefined {
    return this.sample;
  }

  /** Why the broker did not say what waits, until it does. */
  get lagError(): unknown {
    return this.failure;
  }

  /** Notes where the consumer stands. Asks nobody. */
  look(now: number): ConsumerStatus {
    const status = this.consumer.status();
    const active = status.member?.state === 'active';
    this.inactiveSince = active ? undefined : (this.inactiveSince ?? now);
    const names = new Set(status.partitions.map(partitionName));
    for (const name of this.sights.keys()) if (!names.has(name)) this.sights.delete(name);
    for (const partition of status.partitions) this.see(partition, now);
    return status;
  }

  /** How long it has been no active member, in milliseconds. */
  inactiveMs(now: number): number {
    return this.inactiveSince === undefined ? 0 : now - this.notBefore(this.inactiveSince);
  }

  /** How long its member has heard nothing of the broker, in milliseconds. */
  silentMs({ member }: ConsumerStatus, now: number): number {
    return member === undefined ? 0 : now - this.notBefore(now - member.silentMs);
  }

  /** For how long work has waited in a partition of ours that does not move although nothing of it is in hand, in milliseconds. */
  idleMs(partition: ConsumerPartitionStatus, now: number): number {
    const name = partitionName(partition);
    const sight = this.sights.get(name);
    if (this.failure !== undefined || this.sample?.waiting.has(name) !== true || partition.inHand > 0 || !isAt(sight, partition)) return 0;
    const age = this.sample.partitions.find((one) => partitionName(one) === name)?.ageSeconds ?? 0;
    return now - this.notBefore(Math.max(sight.since, this.sample.at - age * 1000));
  }

  /** Asks the broker what waits. Never rejects. */
  async ask(broker: Pick<Broker, 'lag' | 'describe'>, now: () => number): Promise<void> {
    try {
      const partitions = await broker.lag(this.consumer.consumer, this.consumer.channels);
      this.sample = { at: now(), partitions, waiting: await this.confirmed(partitions, broker) };
      this.failure = undefined;
      this.reachableSince ??= now();
    } catch (error) {
      this.failure = error;
      this.reachableSince = undefined;
    }
  }

  /** Positions reach the broker late, or not at all; so where messages seem to wait, the end of the partition is compared with our own position. */
  private async confirmed(lags: readonly PartitionLag[], broker: Pick<Broker, 'describe'>): Promise<ReadonlySet<string>> {
    const behind = new Set(lags.filter(({ lag }) => lag > 0n).map(partitionName));
    const ours = this.consumer.status().partitions.filter((one) => one.inHand === 0 && behind.has(partitionName(one)));
    const waiting = new Set<string>();
    for (const channel of new Set(ours.map((one) => one.channel))) {
      const { partitions } = await broker.describe(channel);
      for (const one of ours.filter((candidate) => candidate.channel === channel)) {
        const there = partitions.find(({ partition }) => partition === one.partition);
        if (there !== undefined && there.next > (one.next ?? there.earliest)) waiting.add(partitionName(one));
      }
    }
    return waiting;
  }

  private notBefore(time: number): number {
    return Math.max(time, this.reachableSince ?? time);
  }

  private see(partition: ConsumerPartitionStatus, now: number): void {
    const name = partitionName(partition);
    if (!isAt(this.sights.get(name), partition)) this.sights.set(name, { epoch: partition.epoch, next: partition.next, since: now });
  }
}

function isAt(sight: PartitionSight | undefined, { epoch, next }: ConsumerPartitionStatus): sight is PartitionSight {
  return sight !== undefined && sight.epoch === epoch && sight.next === next;
}

function partitionName({ channel, partition }: PartitionRef): string {
  return `${partition}/${channel}`;
}
