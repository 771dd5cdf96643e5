import { decodeMessage, type Envelope, type JsonObject, type MessageMetadata } from '@minos/common';
import type { MessageContext, MessageHandler } from '../contracts/message-handler.js';
import type { HandlerRef } from '../contracts/message-middleware.js';
import { commandBinding, eventBinding } from '../handlers/bindings.js';
import { decodeOrUnfit } from '../middleware/unfit-message.js';
import type { MinosServerParts } from './minos-server.options.js';

/** One pattern with everything that handles it. */
export interface BoundPattern {
  readonly kind: 'command' | 'event';
  readonly name: string;
  readonly deadlineMs: number | undefined;
  readonly version: number | undefined;
  readonly work: (data: unknown, context: MessageContext) => Promise<unknown>;
}

/** Stands for the class of a message that has none here, and for that of a handler that is not known. */
class Plain {}

/**
 * A pattern's handler as the consumer calls it, inside the application's middleware. It takes the data of the message, or the message itself where the application knows
 * its class. Classes and middleware become known while modules initialise, which may be later than this; so both are asked for when a message comes.
 */
export function patternBinding(pattern: BoundPattern, parts: MinosServerParts): MessageHandler {
  const { name, deadlineMs, version } = pattern;
  let made: MessageHandler | undefined;
  const binding = (): MessageHandler => (made ??= bindingOf(pattern, parts));
  return {
    get schemaVersion() {
      return version ?? binding().schemaVersion ?? 1;
    },
    get repeats() {
      return binding().repeats;
    },
    decode: (envelope) => decode(envelope, pattern, parts.registry.find(name, envelope.schemaversion)),
    handle: (message, context) => binding().handle(message, context),
    rejected: (rejection, context) => binding().rejected?.(rejection, context),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  };
}

function bindingOf(pattern: BoundPattern, parts: MinosServerParts): MessageHandler {
  const { kind, name, work } = pattern;
  const { outbox, clock, registry, patterns } = parts;
  const metadata = registry.find(name) ?? plain(pattern);
  const found = patterns.find((one) => one.kind === kind && one.name === name);
  const handler: HandlerRef = found?.handler ?? { type: Plain, method: name };
  const chain = parts.chain();
  const handles = { work, handler };
  return kind === 'event' ? eventBinding(metadata, handles, chain) : commandBinding(metadata, outbox, handles, { clock, chain });
}

function decode({ data }: Envelope, { kind }: BoundPattern, known: MessageMetadata | undefined): unknown {
  if (known === undefined) return data;
  const read = (): object => decodeMessage(known.target as new () => object, data as JsonObject);
  return kind === 'command' ? decodeOrUnfit(read) : read();
}

function plain({ kind, name }: BoundPattern): MessageMetadata {
  return { kind, name, version: 1, owner: undefined, senders: undefined, key: undefined, schema: undefined, personal: [], target: Plain };
}
