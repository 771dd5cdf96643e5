import type { MessageMetadata, UnitOfWork } from '@minos/common';
import type { AskOptions, Messages, Requests, Schedules, SendOptions, When } from '@minos/messaging';
import { MessagingOffError } from '../errors/cqrs.errors.js';

/** What of the application the buses reach other services and the store with. All of it is missing where `MinosModule` is. */
export interface DispatchParts {
  readonly service?: string;
  readonly unitOfWork?: UnitOfWork;
  readonly requests?: Requests;
  readonly messages?: Messages;
  readonly schedules?: Schedules;
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

  /** Resolves with the message's id once the open unit, or one of its own, has taken it. */
  async enqueue(message: object, metadata: Pick<MessageMetadata, 'name' | 'owner'>, options: EnqueueOptions): Promise<string> {
    const { messages, schedules } = this.parts;
    if (messages === undefined || schedules === undefined) throw new MessagingOffError(metadata, 'enqueue()');
    const { at, after, ...sending } = options;
    if (at === undefined && after === undefined) return messages.send(message, { ...sending, answer: false });
    return schedules.send(message, { ...sending, ...({ at, after } as When), answer: false });
  }

  /** Once the open unit has committed, or at once where none is open. A unit that fails lets nobody hear of it, and one that runs again lets them hear once. */
  afterUnit<T>(work: () => T): T | undefined {
    const unit = this.parts.unitOfWork?.current();
    if (unit === undefined) return work();
    unit.onCommitted(() => void work());
    return undefined;
  }

  /** In the open unit, or in one of its own, which runs the work again after a conflict. */
  inUnit<T>(work: () => T | Promise<T>): T | Promise<T> {
    const { unitOfWork } = this.parts;
    return unitOfWork === undefined ? work() : unitOfWork.run(work);
  }
}
