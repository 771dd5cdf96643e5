/** What is used of kafkajs' own client, below its producer and consumer, as structural types: no declaration here names the optional peer. */

export interface NodeMetadata {
  readonly nodeId: number;
}

export interface PartitionMetadata {
  readonly partitionId: number;
  /** Node id; -1 while there is none. */
  readonly leader: number;
}

export interface ClusterMetadata {
  readonly brokers: readonly NodeMetadata[];
  /** Missing where the cluster is older than Kafka 0.10.1. */
  readonly clusterId?: string | null;
  readonly topicMetadata: readonly { readonly topic: string; readonly partitionMetadata: readonly PartitionMetadata[] }[];
}

export interface WireRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | readonly (Buffer | string)[] | undefined>>;
  readonly offset: string;
  /** Milliseconds since the epoch; when the broker stored it, where the topic has `LogAppendTime`. */
  readonly timestamp: string;
  readonly isControlRecord?: boolean;
  readonly batchContext?: { readonly producerId: string; readonly inTransaction: boolean };
}

export interface FetchedPartition {
  readonly partition: number;
  readonly messages: readonly WireRecord[];
  readonly abortedTransactions?: readonly { readonly producerId: string; readonly firstOffset: string }[] | null;
}

interface ForTopic<P> {
  readonly topic: string;
  readonly partitions: readonly P[];
}

export interface FetchRequest {
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly isolationLevel: number;
  readonly topics: readonly ForTopic<{ readonly partition: number; readonly fetchOffset: string; readonly maxBytes: number }>[];
}

export interface ProducedMessage {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ProduceRequest {
  readonly topicData: readonly ForTopic<{
    readonly partition: number;
    readonly firstSequence: number;
    readonly messages: readonly ProducedMessage[];
  }>[];
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly acks: number;
  readonly timeout: number;
  readonly compression: number;
}

export interface JoinAnswer {
  readonly generationId: number;
  readonly leaderId: string;
  readonly memberId: string;
  /** Empty, unless this member leads. */
  readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[];
}

export interface TopicSpec {
  readonly topic: string;
  readonly numPartitions: number;
  readonly replicationFactor: number;
  readonly configEntries: readonly { readonly name: string; readonly value: string }[];
}

/** A connection to one node. */
export interface WireNode {
  metadata(topics: readonly string[]): Promise<ClusterMetadata>;
  produce(request: ProduceRequest): Promise<{
    readonly topics: readonly {
      readonly topicName: string;
      readonly partitions: readonly { readonly partition: number; readonly baseOffset: string }[];
    }[];
  }>;
  fetch(
    request: FetchRequest,
  ): Promise<{ readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[] }>;
  listOffsets(request: {
    readonly replicaId: number;
    readonly isolationLevel: number;
    readonly topics: readonly ForTopic<{ readonly partition: number; readonly timestamp: number }>[];
  }): Promise<{ readonly responses: readonly ForTopic<{ readonly partition: number; readonly offset: string }>[] }>;
  initProducerId(request: {
    readonly transactionTimeout: number;
  }): Promise<{ readonly producerId: string; readonly producerEpoch: number }>;
  createTopics(request: { readonly topics: readonly TopicSpec[]; readonly timeout: number }): Promise<unknown>;
  describeConfigs(request: {
    readonly resources: readonly { readonly type: number; readonly name: string; readonly configNames: readonly string[] }[];
  }): Promise<{
    readonly resources: readonly {
      readonly resourceName: string;
      readonly configEntries: readonly { readonly configName: string; readonly configValue: string }[];
    }[];
  }>;
  joinGroup(request: {
    readonly groupId: string;
    readonly memberId: string;
    readonly sessionTimeout: number;
    readonly rebalanceTimeout: number;
    readonly groupProtocols: readonly { readonly name: string; readonly metadata: Buffer }[];
  }): Promise<JoinAnswer>;
  syncGroup(request: {
    readonly groupId: string;
    readonly generationId: number;
    readonly memberId: string;
    readonly groupAssignment: readonly { readonly memberId: string; readonly memberAssignment: Buffer }[];
  }): Promise<{ readonly memberAssignment: Buffer }>;
  heartbeat(request: { readonly groupId: string; readonly groupGenerationId: number; readonly memberId: string }): Promise<unknown>;
  leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
  offsetCommit(request: {
    readonly groupId: string;
    readonly groupGenerationId: number;
    readonly memberId: string;
    readonly topics: readonly ForTopic<{ readonly partition: number; readonly offset: string }>[];
  }): Promise<unknown>;
  offsetFetch(request: {
    readonly groupId: string;
    readonly topics: readonly ForTopic<{ readonly partition: number }>[];
  }): Promise<{ readonly responses: readonly ForTopic<{ readonly partition: number; readonly offset: string }>[] }>;
}

/** The nodes of one cluster; kafkajs hands it to the assigners of a consumer. */
export interface WireCluster {
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  getNodeIds(): readonly string[];
  findBroker(node: { readonly nodeId: number | string }): Promise<WireNode>;
  findControllerBroker(): Promise<WireNode>;
  findGroupCoordinator(group: { readonly groupId: string }): Promise<WireNode>;
}

export interface WireConsumer {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}

type Encode<T> = (content: T) => Buffer;

/** The parts of the module `kafkajs` that are used. */
export interface KafkaJs {
  readonly Kafka: new (config: object) => {
    consumer(config: {
      readonly groupId: string;
      readonly allowAutoTopicCreation: boolean;
      readonly partitionAssigners: readonly ((given: { readonly cluster: WireCluster }) => object)[];
    }): WireConsumer;
  };
  readonly AssignerProtocol: {
    readonly MemberMetadata: {
      readonly encode: Encode<{ version: number; topics: readonly string[]; userData: Buffer }>;
      decode(bytes: Buffer): { readonly topics: readonly string[] } | null;
    };
    readonly MemberAssignment: {
      readonly encode: Encode<{ version: number; assignment: Record<string, readonly number[]>; userData: Buffer }>;
      decode(bytes: Buffer): { readonly assignment: Readonly<Record<string, readonly number[]>> } | null;
    };
  };
}
