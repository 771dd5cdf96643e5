import type { Clock } from '@minos/common';
import { byLeader, byTopic, edgeOffsets } from '../channels/offsets.js';
import { kafkaErrorType } from '../client/kafka.errors.js';
import type { KafkaLink } from '../client/kafka-link.js';
import type { KafkaLinks } from '../client/kafka-links.js';
import type { PartitionFlow } from './partition-flow.js';
import { Wake } from './wake.js';

export interface FetchLoopOptions {
  readonly links: KafkaLinks;
  readonly clock: Clock;
  /** Kafka answered a fetch. */
  readonly answered: () => void;
  /** Whether more flows are about to be added: then Kafka waits for a short time only. @default no */
  readonly expecting?: () => boolean;
}

/** How long Kafka waits for messages, where all partitions are asked for: the idle pace. */
const LONG_WAIT_MS = 300;
/** The same where some are not (paused, or their reader is behind): so late they are asked for again. */
const SHORT_WAIT_MS = 25;
const PARTITION_BYTES = 2_000_000;
const REQUEST_BYTES = 16_000_000;
const READ_COMMITTED = 1;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Fetches for flows, from each node that leads some, until it is stopped. Failures are retried for ever on new connections. */
export class FetchLoop {
  private readonly flows = new Set<PartitionFlow>();
  private readonly busy = new Map<number, Promise<void>>();
  private failed = false;
  private readonly bell = new Wake();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: FetchLoopOptions) {}

  /** To be rung whenever a flow may want something else than before. */
  readonly changed = (): void => this.bell.ring();

  add(flow: PartitionFlow): void {
    this.flows.add(flow);
    this.running ??= this.run();
    this.changed();
  }

  /** Resolves when nothing is being fetched any more, within the time for which Kafka waits. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.changed();
    await this.running;
  }

  private async run(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!this.stopping.signal.aborted) {
      const failed = await this.step().catch(() => true);
      if (!failed) {
        pause = FIRST_PAUSE_MS;
        continue;
      }
      await this.options.clock.sleep(pause, this.stopping.signal).catch(() => undefined);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
    await Promise.all(this.busy.values());
  }

  /** Asks every node that is idle, and waits until something is different. Answers whether a fetch failed meanwhile. */
  private async step(): Promise<boolean> {
    const wanting = [...this.flows].filter(({ wants }) => wants);
    if (wanting.length > 0) {
      const nodes = await this.options.links.use((link) => byLeader(link, wanting.map(asPlace)));
      for (const [nodeId, places] of nodes) {
        if (!this.busy.has(nodeId))
          this.begin(
            nodeId,
            places.map(({ flow }) => flow),
          );
      }
    }
    await this.bell.wait();
    const failed = this.failed;
    this.failed = false;
    return failed;
  }

  private begin(nodeId: number, flows: readonly PartitionFlow[]): void {
    const fetching = this.fetch(nodeId, flows)
      .catch(() => void (this.failed = true))
      .finally(() => {
        this.busy.delete(nodeId);
        this.bell.ring();
      });
    this.busy.set(nodeId, fetching);
  }

  private async fetch(nodeId: number, flows: readonly PartitionFlow[]): Promise<void> {
    try {
      await this.options.links.use((link) => this.fetchFrom(link, nodeId, flows));
      this.options.answered();
    } catch (error) {
      if (kafkaErrorType(error) !== 'OFFSET_OUT_OF_RANGE') throw error;
      await this.options.links.use((link) => jumpToOldest(link, flows));
    }
  }

  private async fetchFrom(link: KafkaLink, nodeId: number, flows: readonly PartitionFlow[]): Promise<void> {
    const node = await link.node(nodeId);
    const asked = new Map(flows.map((flow) => [`${flow.place.channel} ${flow.place.partition}`, { flow, from: flow.position }]));
    const all = this.options.expecting?.() !== true && [...this.flows].every(({ wants, stopped }) => wants || stopped);
    const { responses } = await node.fetch({
      maxWaitTime: all ? LONG_WAIT_MS : SHORT_WAIT_MS,
      minBytes: 1,
      maxBytes: REQUEST_BYTES,
      isolationLevel: READ_COMMITTED,
      topics: byTopic(flows.map(asPlace), ({ partition, flow }) => ({
        partition,
        fetchOffset: String(flow.position),
        maxBytes: PARTITION_BYTES,
      })),
    });
    for (const { topicName, partitions } of responses) {
      for (const fetched of partitions) {
        const entry = asked.get(`${topicName} ${fetched.partition}`);
        entry?.flow.take(fetched, entry.from);
      }
    }
  }
}

const asPlace = (flow: PartitionFlow): { channel: string; partition: number; flow: PartitionFlow } => ({ ...flow.place, flow });

/** Those whose offset is not kept any more, or never was, go on at the oldest message that is. */
async function jumpToOldest(link: KafkaLink, flows: readonly PartitionFlow[]): Promise<void> {
  const places = flows.map(({ place }) => place);
  const earliest = await edgeOffsets(link, places, 'earliest');
  const next = await edgeOffsets(link, places, 'next');
  flows.forEach((flow, index) => {
    const [low = 0n, high = 0n] = [earliest[index], next[index]];
    if (flow.position < low || flow.position > high) flow.jump(low);
  });
}
