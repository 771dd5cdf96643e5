import type { Clock } from '@minos/common';
import type { Follower, FollowOptions, StoredMessage } from '../../contracts/broker.js';
import type { KafkaLinks } from '../client/kafka-links.js';
import { FetchLoop } from './fetch-loop.js';
import { PartitionFlow } from './partition-flow.js';
import { startOffset } from './start-offsets.js';

const BATCH_SIZE = 500;

/** Fetches one partition straight from the node that leads it: no group is joined, nothing is committed. */
export class KafkaFollower implements Follower {
  private readonly loop: FetchLoop;
  private answeredAt: number;
  private flow: PartitionFlow | undefined;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly links: KafkaLinks,
    private readonly clock: Clock,
    private readonly closed: (follower: KafkaFollower) => void,
  ) {
    this.answeredAt = clock.monotonic();
    const answered = (): void => void (this.answeredAt = clock.monotonic());
    this.loop = new FetchLoop({ links, clock, answered });
  }

  /** Resolves when it is known where reading begins. */
  async begin(options: FollowOptions): Promise<void> {
    const { partition, from } = options;
    const offset = await this.links.persist(async (link) => {
      await link.leader(partition.channel, partition.partition);
      return startOffset(link, partition, from);
    });
    const place = { channel: partition.channel, partition: partition.partition };
    const deliver = (batch: readonly StoredMessage[]): Promise<void> => options.messages(batch);
    this.flow = new PartitionFlow({ place, batchSize: BATCH_SIZE, clock: this.clock, deliver, changed: this.loop.changed }, offset);
    this.loop.add(this.flow);
  }

  silentMs(): number {
    return this.clock.monotonic() - this.answeredAt;
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    await this.flow?.stop();
    await this.loop.stop();
    await this.links.close();
    this.closed(this);
  }
}
