import { ChannelUnknownError } from '../../errors/broker.errors.js';
import { kafkaErrorType } from './kafka.errors.js';
import type { LinkSockets } from './link-sockets.js';
import type { PartitionMetadata, WireCluster, WireConsumer, WireNode } from './wire.js';

/** Node ids of the leaders, by number of partition. */
export type Leaders = readonly number[];

/** Connections to the nodes of a cluster, and what was learnt of its channels. Spoilt ones are thrown away, never mended. */
export class KafkaLink {
  private readonly channels = new Map<string, Leaders>();

  constructor(
    private readonly consumer: WireConsumer,
    private readonly cluster: WireCluster,
    private readonly sockets: Pick<LinkSockets, 'destroy'>,
  ) {}

  /** Connects and learns the nodes. Where one of these channels exists, nothing is asked about the others of the cluster. */
  async open(channels: readonly string[]): Promise<void> {
    await this.consumer.connect();
    for (const channel of channels) {
      if ((await this.leaders(channel)) !== undefined) return;
    }
    await this.cluster.refreshMetadata();
  }

  /** Resolves when the connections are closed; answers that are on their way are waited for. */
  async close(): Promise<void> {
    await this.consumer.disconnect();
    this.cut();
  }

  /** Closes the connections now; answers that are on their way are lost. */
  cut(): void {
    this.sockets.destroy();
  }

  /** Of a channel; `undefined` where it does not exist. Learnt once for each link. */
  async leaders(channel: string): Promise<Leaders | undefined> {
    const known = this.channels.get(channel);
    if (known !== undefined) return known;
    const found = await this.ask(channel);
    if (found !== undefined) this.channels.set(channel, found);
    return found;
  }

  async leader(channel: string, partition: number): Promise<number> {
    const leaders = await this.leaders(channel);
    const node = leaders?.[partition];
    if (node === undefined) throw new ChannelUnknownError(channel);
    return node;
  }

  node(nodeId: number): Promise<WireNode> {
    return this.cluster.findBroker({ nodeId });
  }

  async anyNode(): Promise<WireNode> {
    const [nodeId] = this.cluster.getNodeIds();
    if (nodeId === undefined) throw new Error('no node of the cluster is known');
    return this.cluster.findBroker({ nodeId });
  }

  controller(): Promise<WireNode> {
    return this.cluster.findControllerBroker();
  }

  coordinator(group: string): Promise<WireNode> {
    return this.cluster.findGroupCoordinator({ groupId: group });
  }

  get nodeCount(): number {
    return this.cluster.getNodeIds().length;
  }

  private async ask(channel: string): Promise<Leaders | undefined> {
    try {
      // The first question also tells kafkajs where the nodes are.
      if (this.cluster.getNodeIds().length === 0) await this.cluster.addMultipleTargetTopics([channel]);
      const node = await this.anyNode();
      const { topicMetadata } = await node.metadata([channel]);
      return leadersOf(topicMetadata.find(({ topic }) => topic === channel)?.partitionMetadata);
    } catch (error) {
      if (kafkaErrorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return undefined;
      throw error;
    }
  }
}

function leadersOf(partitions: readonly PartitionMetadata[] | undefined): Leaders | undefined {
  if (partitions === undefined || partitions.length === 0) return undefined;
  const leaders = [...partitions].sort((a, b) => a.partitionId - b.partitionId).map(({ leader }) => leader);
  if (leaders.some((leader) => leader < 0)) throw new Error('a partition has no leader at the moment');
  return leaders;
}
