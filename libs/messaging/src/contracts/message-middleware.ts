import type { MessageMetadata } from '@minos/common';
import type { MessageContext } from './message-handler.js';

/** `schedule`: a timer that is due; `pattern`: a message for a handler of Nest's microservices face. */
export type HandlerKind = 'event' | 'command' | 'answer' | 'schedule' | 'pattern';

/** Where a handler stands in the code. */
export interface HandlerRef {
  readonly type: abstract new (...args: never[]) => unknown;
  readonly method: string;
}

/** What is known of a handler before any message comes. */
export interface HandlerDescription {
  readonly kind: HandlerKind;
  /** Durable name of the messages, schedule or pattern; of an answer that of its command. */
  readonly name: string;
  readonly handler: HandlerRef;
  /** Of the class of the messages, where there is one. */
  readonly metadata?: MessageMetadata;
}

/** One try of a handler. */
export interface HandlerCall extends HandlerDescription {
  readonly consumer: string;
  /** What the handler takes. */
  readonly message: unknown;
  readonly context: MessageContext;
}

/**
 * Stands around a handler, inside the unit: what it enlists in `call.context.unit` commits with the message, or not at all.
 *
 * Order: `context`, `tracing`, `logging`, `metrics`, `authorisation`, `validation`, then own middleware from the first to the last, then Nest's guards, interceptors and
 * pipes, then the handler. Retry, unit and the mark in the inbox are outside of all that.
 *
 * It runs once per try: again for each retry, and for each re-run of the unit after a conflict. A handler that returned may still not have happened, since the
 * commit comes later; effects outside of the database belong in `unit.onCommitted`, outcomes of messages in a {@link MessageObserver}.
 *
 * Its result counts as the handler's. A `Rejection` that it throws is an answer: nothing that was enlisted is stored, the sender of a command hears of it, the message
 * counts as handled and is not tried again. Anything else that it throws is a fault: tried again, then the key is parked.
 */
export interface MessageMiddleware {
  /** `next` goes on to the handler; to be called once at the most. Without it the handler does not run. Calls for different messages overlap. */
  handle(call: HandlerCall, next: () => Promise<unknown>): Promise<unknown>;
}
