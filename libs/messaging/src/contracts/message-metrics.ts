import type { HandlerKind } from './message-middleware.js';
import type { MessageOutcome } from './message-observer.js';

/** One try of a handler as figures know it: all labels are of low cardinality. */
export interface HandlerRun {
  readonly kind: HandlerKind;
  /** Durable name of the message, schedule or pattern. */
  readonly name: string;
  readonly consumer: string;
  /** `returned`: it did not throw; whether the unit committed shows in the count of messages. */
  readonly outcome: 'returned' | 'rejected' | 'failed';
}

/** Where figures about messages go. Calls return at once and do not throw. */
export interface MessageMetrics {
  /** A try has ended; authorisation, validation and own middleware included. */
  handlerRan(run: HandlerRun, seconds: number): void;
  /** To be counted by all three. The name is empty where the consumer has no handler of it. */
  messageEnded(message: { readonly consumer: string; readonly name: string; readonly outcome: MessageOutcome }): void;
}
