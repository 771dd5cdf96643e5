import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonObject, JsonValue } from '../contracts/json.js';
import type { PersonalDataCipher } from '../contracts/personal-data-cipher.js';
import { messageMetadataOf, type MessageClass, type MessageMetadata } from '../messages/message-metadata.js';
import { copyJsonObject, DEFAULT_PAYLOAD_LIMITS, type PayloadLimits } from './json-copy.js';
import { formatPath } from './payload-path.js';
import { PayloadRefusedError, type PayloadIssue } from './payload.errors.js';

export interface CodecOptions {
  /** @default DEFAULT_PAYLOAD_LIMITS */
  readonly limits?: PayloadLimits;
  /** @default personal data stays as it is */
  readonly cipher?: PersonalDataCipher;
}

const NO_OPTIONS: CodecOptions = Object.freeze({});

/**
 * The data of a message as JSON: a copy of its own enumerable properties, taken now, so that the message may change afterwards.
 *
 * Without a schema only JSON types are allowed; `undefined` properties are left out. With one, `Date` becomes ISO-8601, `bigint` a decimal string,
 * `Map` an array of entries, `Set` an array, a class instance its `toJSON()` or its properties; the schema must accept that form, which
 * is checked here, because nobody could read the message later. Throws `PAYLOAD_REFUSED` with the path.
 */
export function encodeMessage(message: object, metadata = metadataOf(message), options: CodecOptions = NO_OPTIONS): JsonObject {
  const limits = options.limits ?? DEFAULT_PAYLOAD_LIMITS;
  const schema = metadata?.schema;
  const data = copyJsonObject(message, limits, { rich: schema !== undefined, message: metadata?.name });
  if (metadata === undefined) return data;
  if (schema !== undefined) applySchema(schema, data, metadata);
  return options.cipher && metadata.personal.length > 0 ? withPersonal(data, metadata, options.cipher, 'seal') : data;
}

/**
 * A message of this class from its data: prototype and own data properties, without running the constructor. The class's schema, where
 * it has one, reads the data first. Data from outside goes through `parseJson` before; parts of `data` may become parts of the message.
 */
export function decodeMessage<T extends object>(type: MessageClass<T>, data: JsonObject, options: CodecOptions = NO_OPTIONS): T {
  const metadata = messageMetadataOf(type);
  if (metadata === undefined) return instantiate(type, data);
  const open = options.cipher && metadata.personal.length > 0 ? withPersonal(data, metadata, options.cipher, 'open') : data;
  return instantiate(type, metadata.schema === undefined ? open : applySchema(metadata.schema, open, metadata));
}

function metadataOf(message: object): MessageMetadata | undefined {
  return messageMetadataOf(message.constructor);
}

/** `defineProperty` semantics throughout: neither setters of the class nor a key `__proto__` in the data run code. */
function instantiate<T extends object>(type: MessageClass<T>, properties: object): T {
  return { __proto__: type.prototype as object, ...properties } as unknown as T;
}

function applySchema(schema: StandardSchemaV1, data: JsonObject, { name }: MessageMetadata): object {
  const result = schema['~standard'].validate(data);
  if (result instanceof Promise) {
    throw refusedBySchema(name, [{ path: '', message: 'the schema is asynchronous; messages need one that answers at once' }]);
  }
  if (result.issues !== undefined) throw refusedBySchema(name, result.issues.map(toIssue));
  if (typeof result.value !== 'object' || result.value === null) {
    throw refusedBySchema(name, [{ path: '', message: 'the schema does not answer with an object' }]);
  }
  return result.value;
}

function toIssue(issue: StandardSchemaV1.Issue): PayloadIssue {
  const segments = (issue.path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment));
  return { path: formatPath(segments), message: issue.message };
}

function refusedBySchema(message: string, issues: readonly PayloadIssue[]): PayloadRefusedError {
  const first = issues[0] ?? { path: '', message: 'no reason given' };
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  const found = `does not fit its schema: ${first.message}${more}`;
  return new PayloadRefusedError({ reason: 'payload.schema', path: first.path, found }, { message, issues });
}

function withPersonal(data: JsonObject, metadata: MessageMetadata, cipher: PersonalDataCipher, direction: 'seal' | 'open'): JsonObject {
  const changed: Record<string, JsonValue> = { ...data };
  for (const { property, subject } of metadata.personal) {
    const value = data[property];
    const person = data[subject];
    if (value === undefined || typeof person !== 'string') continue;
    changed[property] = cipher[direction](value, { message: metadata.name, property, subject: person });
  }
  return changed;
}
