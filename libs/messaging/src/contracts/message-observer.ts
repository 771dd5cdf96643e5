import type { Envelope } from '@minos/common';
import type { StoredMessage } from './broker.js';

/**
 * What became of a message. `handled` and `rejected` (the handler said no) have committed; `duplicate`: it was handled before; `ignored`: an event of a type that the
 * consumer has no handler for; `parked`: it could not be handled, or stands behind one that could not. These end a message, until a parked one is retried.
 * `failed` is one try that failed, the last one included; what fails
 * because the database is away is no try.
 */
export type MessageOutcome = 'handled' | 'rejected' | 'duplicate' | 'ignored' | 'parked' | 'failed';

export interface MessageObservation {
  readonly consumer: string;
  readonly outcome: MessageOutcome;
  readonly stored: StoredMessage;
  readonly messageId: string;
  /** As it came; empty where it has none. */
  readonly type: string;
  /** Whether the consumer has a handler for the type. Only then it is one of few names, fit for the label of a figure. */
  readonly known: boolean;
  /** Missing where it was not read. */
  readonly envelope?: Envelope;
  /** Tries so far; 0 where there was none. */
  readonly attempts: number;
  /** Of `failed`, of `rejected` (the rejection), and of `parked` unless the message only stands behind a parked one. */
  readonly error?: unknown;
}

/** Hears what becomes of the messages of a consumer: for logs and figures. */
export interface MessageObserver {
  /** Called when the outcome is stored, at least once for each; again after a crash or a lost partition. It may not throw and should return soon: it holds the key up. */
  observe(observation: MessageObservation): void;
}
