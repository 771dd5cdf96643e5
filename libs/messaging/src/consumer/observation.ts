import type { Envelope } from '@minos/common';
import type { StoredMessage } from '../contracts/broker.js';
import type { MessageObservation, MessageObserver, MessageOutcome } from '../contracts/message-observer.js';
import type { MessageReader } from './message-reader.js';
import type { RunOutcome } from './run-outcome.js';

type Facts = Partial<Pick<MessageObservation, 'envelope' | 'attempts' | 'error'>>;

/** Tells the observer of a consumer, where it has one. What the observer throws is its own loss. */
export class Observation {
  private readonly consumer: string;
  private readonly observer: MessageObserver | undefined;

  constructor(
    { consumer, observer }: { readonly consumer: string; readonly observer?: MessageObserver | undefined },
    private readonly reader: Pick<MessageReader, 'identify' | 'knows' | 'read'>,
  ) {
    this.consumer = consumer;
    this.observer = observer;
  }

  get isOn(): boolean {
    return this.observer !== undefined;
  }

  tell(outcome: MessageOutcome, stored: StoredMessage, facts: Facts = {}): void {
    if (this.observer === undefined) return;
    const { messageId, type } = this.reader.identify(stored);
    const known = this.reader.knows(type);
    try {
      this.observer.observe({ consumer: this.consumer, outcome, stored, messageId, type, known, attempts: 0, ...facts });
    } catch {
      // It promised not to.
    }
  }

  /** What came of running a message; its failed tries were told before, that it is parked is told when it is. */
  ran(outcome: RunOutcome, stored: StoredMessage, envelope: Envelope): void {
    switch (outcome.kind) {
      case 'failed':
        return;
      case 'duplicate':
        return this.tell('duplicate', stored, { envelope });
      case 'handled':
        return this.tell('handled', stored, { envelope, attempts: outcome.attempts });
      case 'rejected':
        return this.tell('rejected', stored, { envelope, attempts: outcome.attempts, error: outcome.rejection });
    }
  }

  /** Without a reason the message stands behind a parked one. */
  parked(stored: StoredMessage, reason: { readonly error: unknown; readonly attempts: number } | undefined): void {
    if (this.observer === undefined) return;
    const { envelope } = this.reader.read(stored);
    this.tell('parked', stored, { ...(envelope === undefined ? {} : { envelope }), ...reason });
  }
}
