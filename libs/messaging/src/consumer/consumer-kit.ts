import {
  createEnvelope,
  MemoryCommitter,
  toHeaders,
  UnitOfWorkEngine,
  uuidv7,
  type Change,
  type JsonValue,
  type MemoryChangeWriter,
} from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import type { BrokerMessage } from '../contracts/broker.js';
import type { MessageHandler } from '../contracts/message-handler.js';
import type { MessageTrust } from '../contracts/message-trust.js';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { MemoryLog } from '../memory/broker/memory-log.js';
import { MemoryInboxStore } from '../memory/memory-inbox-store.js';
import { MemoryParkedStore } from '../memory/memory-parked-store.js';
import { MemorySuspectStore } from '../memory/memory-suspect-store.js';
import { ParkedKeys } from '../parked/parked-keys.js';
import { ConsumerPipeline } from './consumer-pipeline.js';
import type { ConsumerPipelineOptions } from './consumer.options.js';

export const CHANNEL = 'orders.events';

/** An effect of a handler, stored with its unit. */
export interface NoteEffect extends Change {
  readonly kind: 'test.effect';
  readonly text: string;
}

export const effect = (text: string): NoteEffect => ({ kind: 'test.effect', text });

export interface EventInit {
  readonly id?: string;
  readonly type?: string;
  readonly key?: string;
  readonly data?: JsonValue;
  readonly schemaversion?: number;
  readonly channel?: string;
}

/** A message of the service "orders". */
export function event({
  id = uuidv7(),
  type = 'order.placed',
  key = 'a',
  data = null,
  schemaversion = 1,
  channel = CHANNEL,
}: EventInit): BrokerMessage {
  const envelope = createEnvelope({ id, source: 'orders', type, time: '2026-01-01T00:00:00.000Z', schemaversion, data });
  return { channel, key, headers: toHeaders(envelope), body: Buffer.from(JSON.stringify(data)) };
}

/** A service's database and a broker, in memory and on a virtual clock. Consumers of one world share both, as the processes of a service do. */
export class ConsumerWorld {
  readonly clock = new VirtualClock();
  readonly log = new MemoryLog(this.clock);
  readonly broker = new MemoryBroker({ log: this.log });
  readonly inbox = new MemoryInboxStore(this.clock);
  readonly suspects = new MemorySuspectStore(this.inbox);
  readonly parked = new MemoryParkedStore(this.clock);
  readonly parkedKeys = new ParkedKeys(this.parked);
  /** What handlers have stored, in the order of their commits. */
  readonly effects: string[] = [];
  /** While set, every commit fails with it. */
  outage: Error | undefined;
  /** Of the consumers that are made from now on. */
  trust: MessageTrust | undefined;
  readonly unitOfWork: UnitOfWorkEngine;
  private readonly consumers: ConsumerPipeline[] = [];

  constructor() {
    const effects: MemoryChangeWriter<NoteEffect> = {
      kind: 'test.effect',
      apply: ({ text }) => {
        this.effects.push(text);
        return { result: undefined, undo: () => void this.effects.pop() };
      },
    };
    const committer = new MemoryCommitter([...this.inbox.writers, this.suspects.writer, ...this.parked.writers, effects]);
    const commit = committer.commit.bind(committer);
    committer.commit = (request) => (this.outage ? Promise.reject(this.outage) : commit(request));
    this.unitOfWork = new UnitOfWorkEngine({ committer, clock: this.clock, newId: uuidv7 });
  }

  async publish(...events: EventInit[]): Promise<void> {
    await this.broker.publish(events.map(event));
  }

  /** Begins a consumer; one that shall die has a broker of its own, which is cut off with it. */
  consumer(
    handlers: Record<string, MessageHandler<never>['handle'] | MessageHandler<never>>,
    options: Partial<ConsumerPipelineOptions> = {},
    broker: MemoryBroker = this.broker,
  ): ConsumerPipeline {
    const table = new Map(
      Object.entries(handlers).map(([type, one]) => [type, (typeof one === 'function' ? { handle: one } : one) as MessageHandler]),
    );
    const pipeline = new ConsumerPipeline(
      { consumer: 'stock', channels: [{ name: CHANNEL }], handlers: table, ...options },
      {
        broker,
        inbox: this.inbox,
        suspects: this.suspects,
        parked: this.parked,
        unitOfWork: this.unitOfWork,
        clock: this.clock,
        ...(this.trust === undefined ? {} : { trust: this.trust }),
      },
    );
    this.consumers.push(pipeline);
    pipeline.start();
    return pipeline;
  }

  /** Lets time pass until the condition holds. */
  async until(condition: () => boolean | Promise<boolean>, what = 'a condition', withinMs = 60_000): Promise<void> {
    for (let passed = 0; !(await condition()); passed += 10) {
      if (passed > withinMs) throw new Error(`Waited ${withinMs} virtual ms in vain for ${what}.`);
      await this.clock.advance(10);
    }
  }

  async close(): Promise<void> {
    const stopped = Promise.all(this.consumers.map((consumer) => consumer.stop())).then(() => true);
    let done = false;
    void stopped.then(() => (done = true));
    await this.until(() => done, 'the consumers to stop');
    await this.broker.close();
  }
}

/** A world with the channel of {@link event}. */
export async function openWorld(partitions = 1): Promise<ConsumerWorld> {
  const world = new ConsumerWorld();
  await world.broker.ensureChannels([{ name: CHANNEL, partitions }]);
  return world;
}
