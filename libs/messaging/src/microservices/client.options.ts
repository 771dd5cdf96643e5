import { option, validateOptions, type Duration, type MessageRegistry, type UnitOfWork } from '@minos/common';
import type { OutgoingMessage } from '../contracts/outgoing-message.js';
import type { Outbox } from '../outbox/outbox.js';

export interface MinosClientOptions {
  /** The service that commands go to whose pattern and class name none. @default none */
  readonly owner?: string;
  /** How long `send` waits for the reply. @default that of `Requests` */
  readonly timeout?: Duration;
}

/** Asks another service and waits for the reply. `Requests` is one. */
export interface RequestPort {
  /** Resolves with the handler's result, rejects with its `Rejection` or with what kept the reply from coming. */
  askMessage(message: OutgoingMessage, options?: { readonly timeout?: Duration }): Promise<unknown>;
}

/** What a client sends with: the parts of `MessagingModule`. */
export interface MinosClientPorts {
  /** Durable name of this service: its events are its own. */
  readonly service: string;
  readonly outbox: Outbox;
  readonly unitOfWork: UnitOfWork;
  readonly registry: MessageRegistry;
  /** @default `send` is refused with `CLIENT_UNBOUND` */
  readonly requests?: RequestPort;
}

const FIELDS = { owner: option.string().optional(), timeout: option.duration({ min: 1 }).optional() };

export function resolveClientOptions(options: MinosClientOptions) {
  return validateOptions('MinosClientProxy', FIELDS, options);
}
