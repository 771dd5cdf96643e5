import { fromHeaders, isUuid, parseJson, type Envelope } from '@minos/common';
import type { StoredMessage } from '../contracts/broker.js';
import type { MessageHandler } from '../contracts/message-handler.js';
import { CommandNotHandledError, MessageTooNewError, MessageUndecodableError } from './consumer.errors.js';

/** What every message has, readable or not. */
export interface MessageIdentity {
  /** What its mark in the inbox is. */
  readonly messageId: string;
  readonly source: string;
  /** Empty where it has none. */
  readonly type: string;
  readonly tenant: string;
}

export interface ReadableMessage extends MessageIdentity {
  readonly kind: 'readable';
  readonly envelope: Envelope;
  readonly handler: MessageHandler;
  /** What the handler takes. */
  readonly message: unknown;
}

/** A message that is addressed to the consumer and cannot be handled. */
export interface UnreadableMessage extends MessageIdentity {
  readonly kind: 'unreadable';
  readonly error: Error & { readonly code: string };
  readonly envelope?: Envelope;
}

export interface MessageReaderOptions {
  readonly consumer: string;
  readonly handlers: ReadonlyMap<string, MessageHandler>;
  readonly commandChannels: ReadonlySet<string>;
}

/** Finds out who handles a message, and makes of its bytes what the handler takes. */
export class MessageReader {
  constructor(private readonly options: MessageReaderOptions) {}

  /** Whether nobody here handles it and nobody minds: an event of a type that is none of this consumer's. */
  isForeign(stored: StoredMessage): boolean {
    return !this.options.commandChannels.has(stored.channel) && !this.options.handlers.has(attribute(stored, 'type') ?? '');
  }

  identify(stored: StoredMessage): MessageIdentity {
    const source = attribute(stored, 'source') ?? '';
    return {
      messageId: markOf(stored, source, attribute(stored, 'id')),
      source,
      type: attribute(stored, 'type') ?? '',
      tenant: attribute(stored, 'tenant') ?? '',
    };
  }

  read(stored: StoredMessage): ReadableMessage | UnreadableMessage {
    const identity = this.identify(stored);
    const { type } = identity;
    const handler = this.options.handlers.get(type);
    let envelope: Envelope | undefined;
    try {
      envelope = envelopeOf(stored);
      if (handler === undefined) throw new CommandNotHandledError(this.options.consumer, stored.channel, type);
      const { schemaVersion: known = 1 } = handler;
      if (envelope.schemaversion > known) throw new MessageTooNewError(type, envelope.schemaversion, known);
      return { kind: 'readable', ...identity, envelope, handler, message: handler.decode ? handler.decode(envelope) : envelope };
    } catch (error) {
      return { kind: 'unreadable', ...identity, error: refusalOf(error, type), ...(envelope === undefined ? {} : { envelope }) };
    }
  }
}

function envelopeOf(stored: StoredMessage): Envelope {
  const data = parseJson(stored.body.byteLength === 0 ? 'null' : stored.body);
  return fromHeaders(stored.headers, data, { time: new Date(stored.appendedAt).toISOString() });
}

function refusalOf(error: unknown, type: string): UnreadableMessage['error'] {
  return error instanceof CommandNotHandledError || error instanceof MessageTooNewError ? error : new MessageUndecodableError(type, error);
}

/** A UUID names a message by itself; any other id only together with its source. Without an id the place in the broker has to do. */
function markOf({ channel, partition, offset }: StoredMessage, source: string, id = ''): string {
  const isUnique: boolean = isUuid(id);
  if (isUnique) return id;
  return id === '' ? `@${channel}/${partition}/${offset}` : `${source}#${id}`;
}

/** One CloudEvents attribute of the headers, without reading the others. */
function attribute({ headers }: StoredMessage, name: string): string | undefined {
  const header = `ce_${name}`;
  const value = headers[header];
  if (value !== undefined) return value;
  const found = Object.keys(headers).find((other) => other.toLowerCase() === header);
  return found === undefined ? undefined : headers[found];
}
