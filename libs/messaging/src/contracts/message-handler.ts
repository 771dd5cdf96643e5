import type { Envelope, Principal, Rejection, Unit } from '@minos/common';
import type { StoredMessage } from './broker.js';
import type { KeptReply } from './inbox-store.js';

/** What a handler gets beside the message. */
export interface MessageContext {
  readonly consumer: string;
  readonly envelope: Envelope;
  /** As the broker gave it. A message that was edited while it was parked has its new headers and body. */
  readonly stored: StoredMessage;
  /** On whose authority: verified, or missing where messages are not signed. */
  readonly principal?: Principal;
  /** The unit that carries the mark of the message: what is enlisted here commits with it. */
  readonly unit: Unit;
  /** 1 for the first try; rises with each try of a failing message, also over parking. The unit's own re-runs after a conflict do not count. */
  readonly attempt: number;
  /** Aborts at the deadline, and when the partition is given back or lost: work that can end early should. */
  readonly signal: AbortSignal;
}

/** What is done about a message that comes although its mark is there. Without it such a message is passed over. */
export interface RepeatHandling {
  /** Whether anything is to be done about this one. Cheap: it is asked of every message that comes again. */
  concerns(stored: StoredMessage): boolean;
  /** Whether the mark is looked for before the message is handled, since it may well be there. Otherwise the mark refuses, when the handler has run. */
  expects(stored: StoredMessage): boolean;
  /** Whether the mark says that nothing was done for an earlier message, and this one is another: it is then handled, under a mark of its own. */
  supersedes(kept: KeptReply | undefined, envelope: Envelope): boolean;
  /** Answers from what was kept, in a unit of its own; may run again for one message. Nothing is handled. */
  answer(kept: KeptReply | undefined, repeated: Pick<MessageContext, 'envelope' | 'unit'>): void;
}

/**
 * Handles the messages of one type. It may run several times for one message (a crash, a conflict, a retry, a lost partition); its changes in the unit happen once.
 */
export interface MessageHandler<M = unknown> {
  /** The newest `schemaversion` that it knows: a newer message parks its key. @default 1 */
  readonly schemaVersion?: number;
  /** How long one try may take, in milliseconds. @default the consumer's */
  readonly deadlineMs?: number;
  /** @default a message that was handled is passed over when it comes again */
  readonly repeats?: RepeatHandling;
  /** Makes of the envelope what {@link handle} takes. Where it throws, the message parks its key at once. @default the envelope itself */
  decode?(envelope: Envelope): M;
  /**
   * What it returns is kept with the mark. A {@link Rejection} that it throws is an answer: nothing it did is stored, the message counts as handled.
   * Anything else is a fault and is tried again.
   */
  handle(message: M, context: MessageContext): Promise<KeptReply | void> | KeptReply | void;
  /** Runs in a new unit, together with the mark, after {@link handle} threw a rejection: the place to send the answer. */
  rejected?(rejection: Rejection, context: MessageContext): Promise<KeptReply | void> | KeptReply | void;
}
