import type { Envelope, Unit } from '@minos/common';
import { BaseRpcContext } from '@nestjs/microservices';
import type { StoredMessage } from '../contracts/broker.js';
import type { MessageContext } from '../contracts/message-handler.js';

/** What `@Ctx()` gives a pattern handler: the message that is handled and the unit that its effects go into. */
export class MinosContext extends BaseRpcContext<[MessageContext]> {
  constructor(context: MessageContext) {
    super([context]);
  }

  /** The consumer that handles it. */
  get consumer(): string {
    return this.context.consumer;
  }

  /** As the broker gave it. */
  get message(): StoredMessage {
    return this.context.stored;
  }

  get envelope(): Envelope {
    return this.context.envelope;
  }

  /** Carries the mark of the message: what is enlisted here commits with it. */
  get unit(): Unit {
    return this.context.unit;
  }

  /** 1 for the first try. */
  get attempt(): number {
    return this.context.attempt;
  }

  /** Aborts at the deadline, and when the partition is given back or lost. */
  get signal(): AbortSignal {
    return this.context.signal;
  }

  private get context(): MessageContext {
    return this.getArgs()[0];
  }
}
