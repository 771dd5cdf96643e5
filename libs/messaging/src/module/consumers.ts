import type { Clock } from '@minos/common';
import { ConsumerPipeline } from '../consumer/consumer-pipeline.js';
import type { ConsumerStatus } from '../consumer/consumer-status.js';
import type { ConsumerPorts } from '../consumer/consumer.options.js';
import type { Broker } from '../contracts/broker.js';
import type { MessageTrust } from '../contracts/message-trust.js';
import { handledTwice } from '../handlers/handled-twice.js';
import type { Outbox } from '../outbox/outbox.js';
import { parkedAnswer } from '../request/parked-answer.js';
import type { HandlerChain } from './handler-chain.js';
import type { ConsumerPlan } from './handler.registrar.js';
import { HandlersInvalidError } from './messaging.errors.js';
import type { MessagingSettings } from './messaging.options.js';
import type { MessagingStorage } from './messaging-storage.js';

export interface ConsumersParts {
  readonly settings: MessagingSettings;
  readonly broker: Broker;
  readonly storage: MessagingStorage;
  readonly trust: MessageTrust;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly chain: HandlerChain;
}

interface Made {
  readonly plan: ConsumerPlan;
  readonly pipeline: ConsumerPipeline;
}

/** The consumers of one application. */
export class Consumers {
  private readonly made = new Map<string, Made>();
  private readonly held = new Set<string>();
  private readonly ports: ConsumerPorts;
  private running = false;

  constructor(private readonly parts: ConsumersParts) {
    const { broker, storage, trust, clock } = parts;
    const { inbox, suspects, parked, unitOfWork } = storage;
    this.ports = { broker, inbox, suspects, parked, unitOfWork, trust, clock };
  }

  /**
   * Makes them; they run from {@link Consumers.start} on. Plans for one consumer become one. Throws `HANDLERS_INVALID` where two of them handle one message,
   * or the consumer runs already.
   */
  add(plans: readonly ConsumerPlan[]): void {
    for (const plan of plans) {
      const known = this.made.get(plan.consumer);
      const whole = known === undefined ? plan : this.merged(known, plan);
      this.made.set(plan.consumer, { plan: whole, pipeline: this.make(whole) });
      this.startOne(plan.consumer);
    }
  }

  /** This consumer waits for more handlers and does not start before {@link release}: a command without a handler would be parked. */
  hold(consumer: string): void {
    this.held.add(consumer);
  }

  release(consumer: string): void {
    this.held.delete(consumer);
    this.startOne(consumer);
  }

  start(): void {
    this.running = true;
    for (const consumer of this.made.keys()) this.startOne(consumer);
  }

  /**
   * Takes nothing new and waits, up to the grace time of a revoke, for what is in handling. Without names it is for all, also those that are added or
   * released later. Idempotent.
   */
  async stop(consumers?: readonly string[]): Promise<void> {
    if (consumers === undefined) this.running = false;
    await Promise.all((consumers ?? [...this.made.keys()]).map(async (consumer) => this.made.get(consumer)?.pipeline.stop()));
  }

  all(): readonly ConsumerPipeline[] {
    return [...this.made.values()].map(({ pipeline }) => pipeline);
  }

  /** The channels that they read, each once. */
  channels(): readonly string[] {
    return [...new Set(this.all().flatMap(({ channels }) => channels))];
  }

  statuses(): readonly ConsumerStatus[] {
    return [...this.made.values()].map(({ pipeline }) => pipeline.status());
  }

  /** What they handle, for people. */
  plans(): { readonly consumer: string; readonly channels: readonly string[]; readonly types: readonly string[] }[] {
    return [...this.made.values()].map(({ plan }) => ({
      consumer: plan.consumer,
      channels: plan.channels.map(({ name }) => name),
      types: plan.types,
    }));
  }

  private startOne(consumer: string): void {
    if (this.running && !this.held.has(consumer)) this.made.get(consumer)?.pipeline.start();
  }

  private merged({ plan: first, pipeline }: Made, more: ConsumerPlan): ConsumerPlan {
    const faults = more.types.filter((type) => first.handlers.has(type)).map((type) => clashOf(type, first, more));
    if (pipeline.status().running) faults.push(`${more.consumer} runs already, and cannot take ${more.types.join(', ')} any more.`);
    if (faults.length > 0) throw new HandlersInvalidError(this.parts.settings.service, faults);
    const channels = new Map([...first.channels, ...more.channels].map((channel) => [channel.name, channel]));
    return {
      ...first,
      channels: [...channels.values()],
      handlers: new Map([...first.handlers, ...more.handlers]),
      types: [...first.types, ...more.types],
      places: new Map([...(first.places ?? []), ...(more.places ?? [])]),
    };
  }

  private make({ consumer, channels, handlers, deadlineMs }: ConsumerPlan): ConsumerPipeline {
    const { consumers, codeVersion } = this.parts.settings;
    return new ConsumerPipeline(
      {
        ...consumers,
        ...observing(this.parts.chain),
        parking: { answer: parkedAnswer(this.parts.outbox, consumer), ...consumers.parking },
        consumer,
        channels,
        handlers,
        ...(deadlineMs === undefined ? {} : { deadline: deadlineMs }),
        ...(codeVersion === undefined ? {} : { codeVersion }),
      },
      this.ports,
    );
  }
}

function clashOf(type: string, first: ConsumerPlan, more: ConsumerPlan): string {
  const [one = '', other = ''] = [first, more].map(({ places, consumer }) => places?.get(type) ?? consumer);
  return handledTwice(type, one, other);
}

function observing({ chain: { observer } }: HandlerChain) {
  return observer === undefined ? {} : { observer };
}
