import type { MessageMetadata } from '@minos/common';
import { channelRole } from '@minos/messaging';
import { componentName, hoisted } from '../schema/hoisted-schema.js';
import type { JsonSchema } from '../schema/json-schema.js';
import { payloadSchema, type SchemaSources } from '../schema/payload-schemas.js';
import { ANSWER_MESSAGES, ANSWER_SCHEMAS } from './answer-messages.js';
import type { AsyncApiMessage } from './asyncapi-document.js';
import { headerSchemas, messageHeaders, roleOf } from './message-headers.js';
import type { ServiceFacts } from './service-facts.js';

/** What stands under `components`. */
export interface MessageComponents {
  readonly messages: Readonly<Record<string, AsyncApiMessage>>;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

const CORRELATION = { location: '$message.header#/ce_correlationid' };

const KEYS = {
  event: 'The stream; where there is a tenant, it stands before it.',
  command: 'What the option key of @Command gives, else the id of the command.',
  query: 'The id of the query.',
  other: 'What the sender chose.',
} as const;

/** The key of a message under `components`. */
export function messageKey({ name, version }: Pick<MessageMetadata, 'name' | 'version'>): string {
  return `${keyOfName(name)}.v${version}`;
}

/** The key of something that has a handler and no class, such as a pattern of Nest's microservices. */
export function keyOfName(name: string): string {
  return name.split('.').map(componentName).join('.');
}

/** Every message that the service knows, and those that it handles without a class. */
export function messageComponents(facts: ServiceFacts, sources: SchemaSources): MessageComponents {
  const known = facts.messages.map((metadata) => [messageKey(metadata), knownMessage(metadata, facts)] as const);
  const schemas = facts.messages.map((metadata) => hoisted(messageKey(metadata), payloadSchema(metadata, sources)));
  const names = new Set(facts.messages.map(({ name }) => name));
  // The types of what reads the answers to sagas are sagas.
  const handling = facts.consumers.filter(({ channels }) => !channels.every((channel) => channelRole(channel).kind === 'sagas'));
  const others = handling.flatMap(({ types }) => types).filter((type) => !names.has(type));
  return {
    messages: {
      ...Object.fromEntries(known),
      ...Object.fromEntries(others.map((type) => [keyOfName(type), unknownMessage(type, facts)])),
      ...ANSWER_MESSAGES,
    },
    schemas: Object.assign({}, ...schemas, ANSWER_SCHEMAS, headerSchemas(facts.signed)) as Record<string, JsonSchema>,
  };
}

function knownMessage(metadata: MessageMetadata, facts: ServiceFacts): AsyncApiMessage {
  const { kind, name, version, owner } = metadata;
  const source = kind === 'event' && facts.published.has(name) ? { source: facts.service } : {};
  return {
    name,
    title: `${name}, version ${version}`,
    description: describe(metadata),
    contentType: 'application/json',
    headers: messageHeaders(roleOf(metadata), { type: name, version, ...source }),
    payload: { $ref: `#/components/schemas/${messageKey(metadata)}` },
    correlationId: CORRELATION,
    ...keyBinding(facts, KEYS[kind]),
    'x-minos': { kind, schemaversion: version, ...(owner === undefined ? {} : { owner }) },
  };
}

function unknownMessage(type: string, facts: ServiceFacts): AsyncApiMessage {
  return {
    name: type,
    title: type,
    description: 'It is handled by its name; no class describes it.',
    contentType: 'application/json',
    headers: messageHeaders('request', { type }),
    payload: {},
    correlationId: CORRELATION,
    ...keyBinding(facts, KEYS.other),
  };
}

function describe({ kind, owner, target }: MessageMetadata): string {
  const what = { event: 'An event', command: 'A command', query: 'A query' }[kind];
  if (kind === 'event') return `${what} (${target.name}).`;
  if (owner === undefined) return `${what} (${target.name}) that stays in the process of the service, because it says no owner.`;
  return `${what} (${target.name}) to the service ${owner}.`;
}

function keyBinding({ broker }: ServiceFacts, description: string): Pick<AsyncApiMessage, 'bindings'> {
  if (broker?.kind !== 'kafka') return {};
  return { bindings: { kafka: { key: { type: 'string', description }, bindingVersion: '0.5.0' } } };
}
