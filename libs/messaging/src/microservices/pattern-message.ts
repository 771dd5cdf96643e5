import { encodeMessage, uuidv7, type JsonValue, type MessageMetadata, type MessageRegistry } from '@minos/common';
import type { OutgoingMessage } from '../contracts/outgoing-message.js';
import { channelsOf } from '../send/channels.js';
import { PatternInvalidError } from './microservices.errors.js';
import { readPattern, type ReadPattern } from './pattern.js';

/** Who sends. */
export interface PatternSender {
  readonly service: string;
  readonly registry: MessageRegistry;
  /** The service that commands go to whose pattern and class name none. */
  readonly owner: string | undefined;
}

/** A pattern with the class of its message, where the application knows it. */
interface KnownPattern {
  readonly pattern: unknown;
  readonly read: ReadPattern;
  readonly metadata: MessageMetadata | undefined;
}

/** A command for the service that owns it, to be answered. Throws `PATTERN_INVALID`. */
export function askedMessage(pattern: unknown, data: unknown, sender: PatternSender): OutgoingMessage {
  const known = knownPattern(pattern, sender);
  if (kindOf(known) === 'event') throw new PatternInvalidError(pattern, 'names an event, and nobody answers an event. Use emit().');
  return { ...messageOf(known, data), channel: channelsOf(ownerOf(known, sender)).commands };
}

/**
 * What nobody answers: a command for the service that owns it, where the pattern is a `cmd` or the class of the message says so, else an event of this service. Throws
 * `PATTERN_INVALID`.
 */
export function emittedMessage(pattern: unknown, data: unknown, sender: PatternSender): OutgoingMessage {
  const known = knownPattern(pattern, sender);
  const { commands } = kindOf(known) === 'command' ? channelsOf(ownerOf(known, sender)) : { commands: undefined };
  return { ...messageOf(known, data), channel: commands ?? channelsOf(sender.service).events };
}

function knownPattern(pattern: unknown, { registry }: PatternSender): KnownPattern {
  const read = readPattern(pattern);
  if ('fault' in read) throw new PatternInvalidError(pattern, read.fault);
  return { pattern, read, metadata: registry.find(read.name, read.version) };
}

function kindOf({ read, metadata }: KnownPattern): 'command' | 'event' | undefined {
  if (read.kind !== undefined || metadata === undefined) return read.kind;
  return metadata.kind === 'event' ? 'event' : 'command';
}

function ownerOf({ pattern, read, metadata }: KnownPattern, { owner }: PatternSender): string {
  const found = read.owner ?? metadata?.owner ?? owner;
  if (found !== undefined) return found;
  const { name } = read;
  throw new PatternInvalidError(
    pattern,
    `says no service that handles ${name}. Write { cmd: '${name}', owner: '<service>' }, give the client the option owner, or make the class known that ` +
      `@Command('${name}', { owner: '<service>' }) marks.`,
  );
}

function messageOf(known: KnownPattern, data: unknown): Omit<OutgoingMessage, 'channel'> {
  const { read, metadata } = known;
  const { id = uuidv7(), name, version } = read;
  return {
    id,
    key: read.key ?? keyIn(known, data) ?? id,
    type: name,
    schemaVersion: version ?? metadata?.version ?? 1,
    data: isObject(data) && !Array.isArray(data) ? encodeMessage(data, metadata) : (data as JsonValue),
  };
}

function keyIn({ pattern, read, metadata }: KnownPattern, data: unknown): string | undefined {
  const key = isObject(data) ? metadata?.key?.(data) : undefined;
  // `String(undefined)` is what a key function makes of a property that is not there.
  if (key === '' || key === 'undefined')
    throw new PatternInvalidError(pattern, `needs a key: the data of ${read.name} has none where its class says it is.`);
  return key;
}

function isObject(data: unknown): data is object {
  return typeof data === 'object' && data !== null;
}
