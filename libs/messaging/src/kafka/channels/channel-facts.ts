import type { KafkaLink } from '../client/kafka-link.js';
import type { KafkaLinks } from '../client/kafka-links.js';
import { kafkaErrorType } from '../client/kafka.errors.js';
import type { ChannelFacts, ChannelSource } from '../publish/publisher.js';

const TOPIC = 2;
/** Kafka's own default. */
const BATCH_LIMIT = 1_048_588;

/** What is known of channels; asked once for each. */
export class KnownChannels implements ChannelSource {
  private readonly known = new Map<string, ChannelFacts>();

  constructor(private readonly links: KafkaLinks) {}

  async facts(channel: string): Promise<ChannelFacts | undefined> {
    const known = this.known.get(channel);
    if (known !== undefined) return known;
    const facts = await this.links.persist(async (link) => {
      const leaders = await link.leaders(channel);
      return leaders && { partitions: leaders.length, batchLimit: await batchLimit(link, channel) };
    });
    if (facts !== undefined) this.known.set(channel, facts);
    return facts;
  }

  forget(): void {
    this.known.clear();
  }
}

async function batchLimit(link: KafkaLink, channel: string): Promise<number> {
  const found = await topicSettings(link, channel, ['max.message.bytes']);
  return Number(found.get('max.message.bytes') ?? BATCH_LIMIT);
}

/** Settings of a topic, by name; none where this client may not see them. */
export async function topicSettings(link: KafkaLink, channel: string, names: readonly string[]): Promise<Map<string, string>> {
  const node = await link.anyNode();
  try {
    const { resources } = await node.describeConfigs({ resources: [{ type: TOPIC, name: channel, configNames: names }] });
    return new Map(resources.flatMap(({ configEntries }) => configEntries.map(({ configName, configValue }) => [configName, configValue])));
  } catch (error) {
    if (kafkaErrorType(error)?.endsWith('AUTHORIZATION_FAILED')) return new Map();
    throw error;
  }
}
