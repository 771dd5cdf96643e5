import type { BrokerMessage } from '../contracts/broker.js';
import { MessageHeldBackError } from '../errors/broker.errors.js';

type Addressed = Pick<BrokerMessage, 'channel' | 'key'>;

/** The keys of one publish of which a message was refused: what comes behind it in that publish may not overtake it. */
export class RefusedKeys {
  private readonly names = new Set<string>();

  add(message: Addressed): void {
    this.names.add(nameOf(message));
  }

  /** Why this message may not be stored now, if so. */
  holdingBack(message: Addressed): MessageHeldBackError | undefined {
    return this.names.size > 0 && this.names.has(nameOf(message)) ? new MessageHeldBackError(message) : undefined;
  }
}

function nameOf({ channel, key }: Addressed): string {
  return JSON.stringify([channel, key]);
}
