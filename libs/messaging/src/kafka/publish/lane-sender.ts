import type { Clock } from '@minos/common';
import { kafkaErrorType } from '../client/kafka.errors.js';
import type { KafkaLink } from '../client/kafka-link.js';
import type { KafkaLinks } from '../client/kafka-links.js';
import type { ProduceRequest } from '../client/wire.js';
import type { Lane } from './lane.js';
import { tooLarge } from './outgoing-record.js';
import { ProducerIdentity } from './producer-identity.js';

export interface SenderOptions {
  readonly links: KafkaLinks;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly compression: number;
}

/** Batches of one request together, in bytes: nodes end connections that send more than 100 MB at once. */
const REQUEST_BYTES = 8_000_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
const TRANSACTION_TIMEOUT_MS = 60_000;
const ALL_COPIES = -1;

/** Kafka will never take the batch. */
const REFUSALS = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']);
/** Kafka does not know, or has lost count of, this producer. */
const UNKNOWN_TO_KAFKA = new Set([
  'DUPLICATE_SEQUENCE_NUMBER',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
]);

/**
 * Sends lanes until all are empty, as an idempotent producer with one batch of a partition on its way at a time. After a failure the identity is given up:
 * what was on its way may or may not be stored, and a sequence number used for two batches makes Kafka drop the second without a word.
 */
export class LaneSender {
  private identity: ProducerIdentity | undefined;

  constructor(private readonly options: SenderOptions) {}

  /** Resolves when every record is settled. Rejects where that was not possible in time. Not to be called twice at once. */
  async send(lanes: readonly Lane[]): Promise<void> {
    const { clock, timeoutMs } = this.options;
    const deadline = clock.monotonic() + timeoutMs;
    let pause = FIRST_PAUSE_MS;
    for (let left = lanes; left.length > 0; left = left.filter(({ first }) => first.length > 0)) {
      const failure = await this.round(left, deadline - clock.monotonic());
      if (failure === undefined) {
        pause = FIRST_PAUSE_MS;
        continue;
      }
      if (clock.monotonic() + pause >= deadline) {
        this.identity = undefined;
        throw failure.error;
      }
      await clock.sleep(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  /** Sends the first batch of each lane. Answers what went wrong, where trying again is all that can be done. */
  private async round(lanes: readonly Lane[], withinMs: number): Promise<{ readonly error: unknown } | undefined> {
    try {
      await this.options.links.use((link) => this.sendAll(link, lanes), withinMs);
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  private async sendAll(link: KafkaLink, lanes: readonly Lane[]): Promise<void> {
    const identity = await this.identityFor(link);
    const requests = await requestsOf(link, lanes);
    const outcomes = await Promise.allSettled(requests.map(([nodeId, group]) => this.request(link, identity, { nodeId, lanes: group })));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  private async identityFor(link: KafkaLink): Promise<ProducerIdentity> {
    if (this.identity !== undefined && !this.identity.isWorn) return this.identity;
    const node = await link.anyNode();
    const { producerId, producerEpoch } = await node.initProducerId({ transactionTimeout: TRANSACTION_TIMEOUT_MS });
    this.identity = new ProducerIdentity(producerId, producerEpoch);
    return this.identity;
  }

  private async request(
    link: KafkaLink,
    identity: ProducerIdentity,
    { nodeId, lanes }: { readonly nodeId: number; readonly lanes: readonly Lane[] },
  ): Promise<void> {
    const node = await link.node(nodeId);
    const batches = lanes.map((lane) => ({ lane, batch: lane.first }));
    try {
      const { topics } = await node.produce(this.content(identity, lanes));
      const offsets = new Map(
        topics.flatMap(({ topicName, partitions }) =>
          partitions.map(({ partition, baseOffset }) => [`${topicName} ${partition}`, BigInt(baseOffset)] as const),
        ),
      );
      for (const { lane, batch } of batches) {
        const offset = offsets.get(`${lane.place.channel} ${lane.place.partition}`);
        if (offset === undefined) throw new Error('Kafka did not answer for a partition');
        if (lane.stored(batch, offset)) identity.advance(lane.place, batch.length);
      }
    } catch (error) {
      this.takeFailure(error, batches);
    }
  }

  /** Returns where sending goes on at once; throws what only time can cure. */
  private takeFailure(error: unknown, batches: readonly { readonly lane: Lane; readonly batch: Lane['first'] }[]): void {
    const type = kafkaErrorType(error) ?? '';
    if (UNKNOWN_TO_KAFKA.has(type)) this.identity = undefined;
    if (!REFUSALS.has(type)) throw error;
    const [only] = batches;
    if (only !== undefined && batches.length === 1) only.lane.refused(only.batch, ({ size }) => tooLarge(size, only.lane.limit));
    else for (const { lane } of batches) lane.alone = true;
  }

  private content(identity: ProducerIdentity, lanes: readonly Lane[]): ProduceRequest {
    const topics = new Map<string, Lane[]>();
    for (const lane of lanes) topics.set(lane.place.channel, [...(topics.get(lane.place.channel) ?? []), lane]);
    return {
      producerId: identity.producerId,
      producerEpoch: identity.producerEpoch,
      acks: ALL_COPIES,
      timeout: this.options.timeoutMs,
      compression: this.options.compression,
      topicData: [...topics].map(([topic, group]) => ({
        topic,
        partitions: group.map(({ place, first }) => ({
          partition: place.partition,
          firstSequence: identity.next(place),
          messages: first.map(({ message }) => message),
        })),
      })),
    };
  }
}

/** One request for each node, beside those lanes that travel alone. Lanes that do not fit wait for the next round. */
async function requestsOf(link: KafkaLink, lanes: readonly Lane[]): Promise<[number, Lane[]][]> {
  const alone: [number, Lane[]][] = [];
  const together = new Map<number, { lanes: Lane[]; size: number }>();
  for (const lane of lanes) {
    const nodeId = await link.leader(lane.place.channel, lane.place.partition);
    const request = together.get(nodeId) ?? { lanes: [], size: 0 };
    if (lane.alone) alone.push([nodeId, [lane]]);
    else if (request.lanes.length === 0 || request.size + lane.firstSize <= REQUEST_BYTES) {
      together.set(nodeId, { lanes: [...request.lanes, lane], size: request.size + lane.firstSize });
    }
  }
  return [...alone, ...[...together].map(([nodeId, request]): [number, Lane[]] => [nodeId, request.lanes])];
}
