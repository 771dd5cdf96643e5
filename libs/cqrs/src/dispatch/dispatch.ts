import { encodeMessage, type MessageMetadata, type MessageRegistry, storedToken, type UnitOfWork, uuidv7 } from '@minos/common';
import {
  type AskOptions,
  channelsOf,
  type Messages,
  type Outbox,
  type Requests,
  type Schedules,
  type SendOptions,
  type When,
} from '@minos/messaging';
import type { Executed } from '../buses/execute-options.js';
import { MessagingOffError } from '../errors/cqrs.errors.js';

/** What of the application the buses reach other services and the store with. All of it is missing where `MinosModule` is. */
export interface DispatchParts {
  readonly service?: string;
  readonly unitOfWork?: UnitOfWork;
  readonly requests?: Requests;
  readonly messages?: Messages;
  readonly schedules?: Schedules;
  readonly outbox?: Outbox;
  readonly registry?: MessageRegistry;
}

export type EnqueueOptions = Partial<Omit<SendOptions, 'answer'>> & Partial<When>;

/** Where messages go that do not stay in the process, and the unit that those run in that do. */
export class Dispatch {
  constructor(private readonly parts: DispatchParts = {}) {}

  /** Whether another service handles it. */
  isElsewhere({ owner }: MessageMetadata): boolean {
    return owner !== undefined && owner !== this.parts.service && this.parts.service !== undefined;
  }

  /** Rejects with what `Requests.ask` does. */
  async ask(message: object, metadata: MessageMetadata, options: AskOptions): Promise<unknown> {
    const { requests } = this.parts;
    if (requests === undefined) throw new MessagingOffError(metadata, 'execute()');
    return requests.ask(message, options);
  }

  /** The same with the consistency token of what the owner stored. */
  async askForToken(message: object, metadata: MessageMetadata, options: AskOptions): Promise<Executed<unknown>> {
    const { requests } = this.parts;
    if (requests === undefined) throw new MessagingOffError(metadata, 'execute()');
    return requests.askForToken(message, options);
  }

  /** Resolves with the message's id once the open unit, or one of its own, has taken it. */
  async enqueue(message: object, metadata: Pick<MessageMetadata, 'name' | 'owner'>, options: EnqueueOptions): Promise<string> {
    const { messages, schedules } = this.parts;
    if (messages === undefined || schedules === undefined) throw new MessagingOffError(metadata, 'enqueue()');
    const { at, after, ...sending } = options;
    if (at === undefined && after === undefined) return messages.send(message, { ...sending, answer: false });
    return schedules.send(message, { ...sending, ...({ at, after } as When), answer: false });
  }

  get isInUnit(): boolean {
    return this.parts.unitOfWork?.current() !== undefined;
  }

  /** Whether events may leave the process: consumers then hear of them over the broker. */
  get publishes(): boolean {
    return this.parts.outbox !== undefined;
  }

  /**
   * Sends those of the events that have durable names to the consumers of this service's events, with the unit that is open; they leave in this order. Throws `MESSAGE_UNKNOWN`, and
   * what `Outbox.enlist` throws.
   */
  publish(events: readonly object[]): void {
    const { service = '', outbox, registry, unitOfWork } = this.parts;
    const unit = unitOfWork?.current();
    if (outbox === undefined || registry === undefined || unit === undefined) return;
    const key = uuidv7();
    for (const event of events) {
      const metadata = registry.of(event);
      const { name, version } = metadata;
      const data = encodeMessage(event, metadata);
      outbox.enlist(unit, { channel: channelsOf(service).events, key, type: name, schemaVersion: version, data });
    }
  }

  /**
   * Once the unit that surrounds it has committed, or at once where there is none. A unit that fails lets nobody hear of it, also not of what its work does later on, and one that
   * runs again lets them hear once.
   */
  afterUnit<T>(work: () => T): T | undefined {
    const unit = this.parts.unitOfWork?.surrounding();
    if (unit === undefined || unit.state === 'committed') return work();
    if (unit.state === 'failed') return undefined;
    unit.onCommitted(() => void work());
    return undefined;
  }

  /** As {@link inUnit}, with the consistency token of what the unit stored. */
  async inUnitForToken(work: () => Promise<unknown>): Promise<Executed<unknown>> {
    const { unitOfWork, service = '' } = this.parts;
    if (unitOfWork === undefined) return { result: await work(), token: undefined };
    const [result, unit] = await unitOfWork.run(async (open) => [await work(), open] as const);
    return { result, token: storedToken(unit, service) };
  }

  /** In the open unit, or in one of its own, which runs the work again after a conflict. */
  inUnit<T>(work: () => T | Promise<T>): T | Promise<T> {
    const { unitOfWork } = this.parts;
    return unitOfWork === undefined ? work() : unitOfWork.run(work);
  }
}
