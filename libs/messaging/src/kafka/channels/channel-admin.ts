import type { Clock } from '@minos/common';
import type { ChannelDefinition, ChannelDescription } from '../../contracts/broker.js';
import { BrokerUnavailableError, ChannelPartitionsChangedError, ChannelUnknownError } from '../../errors/broker.errors.js';
import { kafkaErrorType } from '../client/kafka.errors.js';
import type { KafkaLink } from '../client/kafka-link.js';
import type { KafkaLinks } from '../client/kafka-links.js';
import type { TopicSpec } from '../client/wire.js';
import { topicSettings } from './channel-facts.js';
import { edgeOffsets } from './offsets.js';

export interface AdminOptions {
  readonly links: KafkaLinks;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly replicationFactor?: number | undefined;
}

const PARTITIONS = 12;
const RETENTION_MS = 7 * 24 * 3_600_000;
const FOREVER = '-1';
const MOST_COPIES = 3;
const LOOK_AGAIN_MS = 100;

/** Makes channels and tells what they hold. */
export class ChannelAdmin {
  constructor(private readonly options: AdminOptions) {}

  async ensure(definitions: readonly ChannelDefinition[]): Promise<void> {
    const { clock, timeoutMs } = this.options;
    const deadline = clock.monotonic() + timeoutMs;
    let missing = await this.missing(definitions);
    if (missing.length > 0) await this.make(missing);
    // A topic that was made is known to the node that is asked a little later, and has leaders a little later than that.
    while ((missing = await this.missing(definitions)).length > 0) {
      if (clock.monotonic() > deadline)
        throw new BrokerUnavailableError(`Kafka made "${missing[0]?.name}", but it is not ready after ${timeoutMs} ms.`);
      await clock.sleep(LOOK_AGAIN_MS);
    }
  }

  /** Made when the cluster was formatted. */
  async clusterId(): Promise<string> {
    return this.options.links.persist(async (link) => (await (await link.anyNode()).metadata([])).clusterId ?? '');
  }

  async describe(channel: string): Promise<ChannelDescription> {
    return this.options.links.persist(async (link) => {
      const leaders = await link.leaders(channel);
      if (leaders === undefined) throw new ChannelUnknownError(channel);
      const places = leaders.map((_, partition) => ({ channel, partition }));
      const earliest = await edgeOffsets(link, places, 'earliest');
      const next = await edgeOffsets(link, places, 'next');
      const retention = (await topicSettings(link, channel, ['retention.ms'])).get('retention.ms') ?? String(RETENTION_MS);
      return {
        name: channel,
        retentionMs: retention === FOREVER ? 'forever' : Number(retention),
        partitions: places.map((place, index) => ({ ...place, earliest: earliest[index] ?? 0n, next: next[index] ?? 0n })),
      };
    });
  }

  /** Those that do not exist, or are not ready. Rejects where one that exists has another number of partitions. */
  private async missing(definitions: readonly ChannelDefinition[]): Promise<ChannelDefinition[]> {
    return this.options.links.persist(async (link) => {
      const missing: ChannelDefinition[] = [];
      for (const definition of definitions) {
        const leaders = await leadersIfReady(link, definition.name);
        const { name, partitions = PARTITIONS } = definition;
        if (leaders === undefined) missing.push(definition);
        else if (leaders.length !== partitions) throw new ChannelPartitionsChangedError(name, leaders.length, partitions);
      }
      return missing;
    });
  }

  private async make(definitions: readonly ChannelDefinition[]): Promise<void> {
    await this.options.links.persist(async (link) => {
      const node = await link.controller();
      const copies = this.options.replicationFactor ?? Math.min(MOST_COPIES, link.nodeCount);
      // One request each: where another process has made one of them, the others are made all the same.
      for (const definition of definitions) {
        try {
          await node.createTopics({ topics: [specOf(definition, copies)], timeout: Math.ceil(this.options.timeoutMs / 2) });
        } catch (error) {
          if (kafkaErrorType(error) !== 'TOPIC_ALREADY_EXISTS') throw error;
        }
      }
    });
  }
}

function specOf({ name, partitions = PARTITIONS, retentionMs = RETENTION_MS }: ChannelDefinition, copies: number): TopicSpec {
  return {
    topic: name,
    numPartitions: partitions,
    replicationFactor: copies,
    configEntries: [
      { name: 'cleanup.policy', value: 'delete' },
      { name: 'message.timestamp.type', value: 'LogAppendTime' },
      { name: 'retention.ms', value: retentionMs === 'forever' ? FOREVER : String(retentionMs) },
    ],
  };
}

async function leadersIfReady(link: KafkaLink, channel: string): Promise<readonly number[] | undefined> {
  try {
    return await link.leaders(channel);
  } catch (error) {
    if (kafkaErrorType(error) === 'LEADER_NOT_AVAILABLE') return undefined;
    throw error;
  }
}
