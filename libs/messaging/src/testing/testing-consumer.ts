import { MemoryCommitter, MemoryLeases, UnitOfWorkEngine, uuidv7, type JsonValue, type MemoryChangeWriter } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { ConsumerPipeline } from '../consumer/consumer-pipeline.js';
import type { ConsumerStatus } from '../consumer/consumer-status.js';
import type { ConsumerPipelineOptions } from '../consumer/consumer.options.js';
import type { Broker } from '../contracts/broker.js';
import { OUTBOX_SLOTS, type OutboxRecord, type OutgoingMessage } from '../contracts/outgoing-message.js';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { MemoryLog } from '../memory/broker/memory-log.js';
import { MemoryInboxStore } from '../memory/memory-inbox-store.js';
import { MemoryOutboxStore } from '../memory/memory-outbox-store.js';
import { MemoryParkedStore } from '../memory/memory-parked-store.js';
import { MemorySuspectStore } from '../memory/memory-suspect-store.js';
import { Outbox } from '../outbox/outbox.js';
import { ParkedKeys } from '../parked/parked-keys.js';
import { outboxAdd } from '../outbox/outbox-add.js';
import { MessagingWork } from './messaging-work.js';

type Handlers = ConsumerPipelineOptions['handlers'];

export interface TestingConsumerOptions extends Omit<ConsumerPipelineOptions, 'handlers'> {
  /** By type of message; or made of the outbox of the service, for handlers that answer. */
  readonly handlers: Handlers | ((outbox: Outbox) => Handlers);
  /** What handlers store besides messages: changes of their own. @default none */
  readonly writers?: readonly MemoryChangeWriter[];
  /** @default 1 */
  readonly partitions?: number;
  /** Laid over the broker in memory, such as a `FaultyBroker`. @default the broker itself */
  readonly over?: (broker: Broker) => Broker;
}

/** A message as another service would send it. */
export interface GivenMessage extends Omit<OutgoingMessage, 'channel' | 'data'> {
  /** @default the first of the consumer's channels */
  readonly channel?: string;
  readonly data: JsonValue;
  /** The service that sends it. @default 'another-service' */
  readonly source?: string;
}

/** How long `settled` lets the clock run at the most. */
const LONGEST_MS = 600_000;
const STEP_MS = 10;
const MOST_SENT = 10_000;

/**
 * One consumer with its database and its broker in memory, on a virtual clock: for tests of handlers as they run in a service, with retries, parked keys and
 * marks, and without waiting. Give messages, wait until all is settled, then look at what was sent, parked and counted.
 */
export class TestingConsumer {
  readonly clock = new VirtualClock();
  readonly parked: ParkedKeys;
  private readonly broker = new MemoryBroker({ log: new MemoryLog(this.clock) });
  private readonly outbox: MemoryOutboxStore;
  private readonly pipeline: ConsumerPipeline;

  private constructor(private readonly options: TestingConsumerOptions) {
    const { handlers, writers = [], partitions: _, over = (broker: Broker) => broker, ...settings } = options;
    const { clock } = this;
    const inbox = new MemoryInboxStore(clock);
    const suspects = new MemorySuspectStore(inbox);
    const parked = new MemoryParkedStore(clock);
    const leases = new MemoryLeases(clock);
    this.outbox = new MemoryOutboxStore(clock, leases);
    this.parked = new ParkedKeys(parked);
    const committer = new MemoryCommitter([...inbox.writers, suspects.writer, ...parked.writers, leases, this.outbox, ...writers]);
    const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
    const bound = typeof handlers === 'function' ? handlers(new Outbox({ source: options.consumer, clock })) : handlers;
    this.pipeline = new ConsumerPipeline(
      { ...settings, handlers: bound },
      { broker: over(this.broker), inbox, suspects, parked, unitOfWork, clock },
    );
  }

  /** Makes the channels and starts the consumer. */
  static async open(options: TestingConsumerOptions): Promise<TestingConsumer> {
    const kit = new TestingConsumer(options);
    const { channels, partitions = 1 } = options;
    await kit.broker.ensureChannels(channels.map(({ name }) => ({ name, partitions })));
    kit.pipeline.start();
    return kit;
  }

  /** Publishes messages in their order. Rejects with `OUTBOX_MESSAGE_INVALID` where one could not be sent by any service. */
  async given(...messages: readonly GivenMessage[]): Promise<void> {
    const [first] = this.options.channels;
    const added = messages.map(({ source = 'another-service', channel = first?.name ?? '', ...message }) =>
      outboxAdd({ ...message, channel }, { source, now: this.clock.now() }),
    );
    await this.broker.publish(added.map(({ channel, key, headers, body }) => ({ channel, key, headers, body: Buffer.from(body) })));
  }

  /** Lets the clock run until every message is handled or parked. Rejects where that takes longer than ten minutes of it. */
  async settled(): Promise<void> {
    const work = new MessagingWork(this.options.consumer, {
      broker: this.broker,
      outbox: { progress: async () => ({ unsent: 0, oldestSeconds: 0, refusedKeys: 0 }) },
      consumers: { statuses: () => [this.pipeline.status()] },
    });
    for (let passed = 0; ; passed += STEP_MS) {
      const { busy } = await work.look();
      if (busy.length === 0) return;
      if (passed >= LONGEST_MS) throw new Error(`Not settled after ${LONGEST_MS} ms of the virtual clock: ${busy.join('; ')}.`);
      await this.clock.advance(STEP_MS);
    }
  }

  /** What units of handlers have sent, in the order of their commits. */
  async sent(): Promise<readonly OutboxRecord[]> {
    return this.outbox.unsent(
      Array.from({ length: OUTBOX_SLOTS }, (_, slot) => slot),
      MOST_SENT,
    );
  }

  status(): ConsumerStatus {
    return this.pipeline.status();
  }

  async close(): Promise<void> {
    let ended = false;
    const ending = this.pipeline.stop().then(() => (ended = true));
    while (!ended) await this.clock.advance(STEP_MS);
    await ending;
    await this.broker.close();
  }
}
