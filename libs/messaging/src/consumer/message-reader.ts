import { createHash } from 'node:crypto';
import { fromHeaders, isUuid, parseJson, type Envelope } from '@minos/common';
import type { StoredMessage } from '../contracts/broker.js';
import type { MessageHandler, RepeatHandling } from '../contracts/message-handler.js';
import { CommandNotHandledError, MessageTooNewError, MessageUndecodableError } from './consumer.errors.js';
import { headerOf } from './header-of.js';
import { storableName } from './message-soundness.js';

/** What every message has, readable or not. */
export interface MessageIdentity {
  /** For people: its id, or what stands for it. */
  readonly messageId: string;
  /** What says in the inbox that it is handled. The source is part of it: nobody can suppress another service's message, or have its reply, by using its id. */
  readonly mark: string;
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

/** Characters of a mark; longer ones are hashed, because the store keeps marks in an index. */
const MOST_MARK = 255;

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
    return !this.options.commandChannels.has(stored.channel) && !this.options.handlers.has(headerOf(stored, 'ce_type') ?? '');
  }

  /** What the handler of the message does about those that are marked. */
  repeatsOf(stored: StoredMessage): RepeatHandling | undefined {
    return this.options.handlers.get(headerOf(stored, 'ce_type') ?? '')?.repeats;
  }

  /** Whether somebody here handles messages of the type. */
  knows(type: string): boolean {
    return this.options.handlers.has(type);
  }

  identify(stored: StoredMessage): MessageIdentity {
    const source = storableName(headerOf(stored, 'ce_source') ?? '');
    const id = headerOf(stored, 'ce_id') ?? '';
    const mark = markOf(stored, source, id);
    return {
      messageId: isUuid(id) ? id : mark,
      mark,
      source,
      type: storableName(headerOf(stored, 'ce_type') ?? ''),
      tenant: storableName(headerOf(stored, 'ce_tenant') ?? ''),
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

/** Without an id the place in the broker has to do. */
function markOf({ channel, partition, offset }: StoredMessage, source: string, id: string): string {
  if (id === '') return placeMark({ channel, partition, offset });
  // With its length, so that no other source and id make the same.
  const named = `${source.length}:${source}#${id}`;
  return named.length <= MOST_MARK && storableName(named) === named ? named : `sha256:${createHash('sha256').update(named).digest('hex')}`;
}

/** Names a message by its place in the broker alone, whatever it says of itself. */
export function placeMark({ channel, partition, offset }: Pick<StoredMessage, 'channel' | 'partition' | 'offset'>): string {
  return `@${channel}/${partition}/${offset}`;
}
