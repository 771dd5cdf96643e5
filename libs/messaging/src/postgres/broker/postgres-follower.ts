import type { Follower, FollowOptions } from '../../contracts/broker.js';
import type { BrokerContext } from './broker-context.js';
import { channelTopic } from './broker-hints.js';
import { PartitionReader } from './partition-reader.js';
import { ReadLoop } from './read-loop.js';

/** One partition, read on its own. */
export class PostgresFollower implements Follower {
  private readonly reader: PartitionReader;
  private readonly loop: ReadLoop;
  private readonly stopListening: () => void;
  private answeredAt: number;

  constructor(
    private readonly context: BrokerContext,
    { partition, messages }: Pick<FollowOptions, 'partition' | 'messages'>,
    where: { readonly channelId: number; readonly position: bigint },
    private readonly onClose: (follower: PostgresFollower) => void,
  ) {
    const { clock, gateway, hints, settings } = context;
    this.answeredAt = clock.monotonic();
    this.loop = new ReadLoop({
      gateway,
      clock,
      hints,
      ...settings,
      batchSize: settings.followBatch,
      onAnswer: () => (this.answeredAt = clock.monotonic()),
      onError: () => undefined,
    });
    this.reader = new PartitionReader({
      clock,
      partition,
      ...where,
      messages: (batch) => messages(batch),
      onReady: () => this.loop.wake(),
    });
    this.stopListening = hints.on([channelTopic(partition.channel)], () => this.loop.wake());
    this.loop.add(this.reader);
  }

  silentMs(): number {
    return this.context.clock.monotonic() - this.answeredAt;
  }

  /** Does not wait for a delivery that runs: it may be the one that calls this. */
  async close(): Promise<void> {
    this.stopListening();
    void this.reader.stop();
    this.onClose(this);
    await this.loop.close();
  }
}
