import type { MessageMetadata } from '@minos/common';
import type { JsonSchema } from '../schema/json-schema.js';

/** What travels over a channel: events, what is asked (commands and queries), what is answered. */
export type MessageRole = 'event' | 'request' | 'answer';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const uuid = (description: string): JsonSchema => ({ type: 'string', format: 'uuid', description });

const EVERY: Readonly<Record<string, JsonSchema>> = {
  'content-type': { const: 'application/json' },
  ce_specversion: { const: '1.0', description: 'CloudEvents, binary mode.' },
  ce_id: uuid('Names the message for ever, with its source.'),
  ce_source: text('The service that published it.'),
  ce_type: text('The durable name.'),
  ce_time: { type: 'string', format: 'date-time' },
  ce_schemaversion: { type: 'string', pattern: '^[1-9]\\d*$', description: 'Version of the type.' },
  ce_partitionkey: text('Messages with one key keep their order on a channel.'),
  ce_sequence: { type: 'string', pattern: '^\\d{1,30}$', description: 'Ascends for each key and channel.' },
};

/** There is not always something to say. */
const SOMETIMES: Readonly<Record<string, JsonSchema>> = {
  ce_correlationid: text('What all messages have in common that one request led to.'),
  ce_causationid: text('The message that led to this one.'),
  ce_traceparent: text('W3C trace context.'),
  ce_tenant: text('Left out where there are no tenants.'),
};

const SIGNED: Readonly<Record<string, JsonSchema>> = {
  ce_principal: text('On whose authority it was sent: claims, signed.'),
  ce_seal: text('Ties the claims, the attributes and the data to this message.'),
};

/** Required and optional headers of each role, beside those of all. */
const OWN: Readonly<
  Record<MessageRole, { readonly always: Readonly<Record<string, JsonSchema>>; readonly sometimes: Readonly<Record<string, JsonSchema>> }>
> = {
  event: { always: { ce_subject: text('The stream whose event it is; the sequence is the version.') }, sometimes: {} },
  request: {
    always: {},
    sometimes: {
      ce_answerto: text('Channel for the answer to a command that was sent.'),
      ce_answerkey: text('Key of that answer; without it that of the command.'),
      ce_answeragain: { const: '1', description: 'It was sent before; where it was handled, its answer is given again.' },
      ce_sagaid: uuid('The saga whose command it is.'),
      ce_sagaage: { type: 'string', pattern: '^\\d{1,15}$', description: 'When that saga started, in milliseconds since 1970.' },
      ce_sagaholds: { const: '1', description: 'That saga may hold something, or wait for it, besides.' },
      ce_replyto: text('Channel for the reply, where somebody waits for it.'),
      ce_replykey: text('Key of the reply.'),
      ce_asking: uuid('Names this asking; the reply has it too.'),
      ce_budget: { type: 'string', pattern: '^\\d+$', description: 'Milliseconds from its storing for which somebody waits.' },
    },
  },
  answer: {
    always: { ce_causationid: text('Id of the message that is answered.') },
    sometimes: { ce_answers: text('Durable name of what is answered.'), ce_asking: uuid('That of the request.') },
  },
};

export const headersKey = (role: MessageRole): string => `minos.${role}-headers`;

/** The headers of each role as components. */
export function headerSchemas(signed: boolean): Readonly<Record<string, JsonSchema>> {
  const roles = Object.keys(OWN) as MessageRole[];
  return Object.fromEntries(roles.map((role) => [headersKey(role), headerSchema(role, signed)]));
}

function headerSchema(role: MessageRole, signed: boolean): JsonSchema {
  const { always, sometimes } = OWN[role];
  const required = { ...EVERY, ...always, ...(signed ? SIGNED : {}) };
  return {
    type: 'object',
    description: 'CloudEvents attributes, each as a header with the prefix ce_; all are text.',
    properties: { ...SOMETIMES, ...required, ...sometimes },
    required: Object.keys(required),
  };
}

/** What is fixed for one message, on top of the headers of its role. */
export function messageHeaders(
  role: MessageRole,
  fixed: { readonly type: string; readonly version?: number; readonly source?: string },
): JsonSchema {
  const { type, version, source } = fixed;
  return {
    type: 'object',
    allOf: [{ $ref: `#/components/schemas/${headersKey(role)}` }],
    properties: {
      ce_type: { const: type },
      ...(version === undefined ? {} : { ce_schemaversion: { const: String(version) } }),
      ...(source === undefined ? {} : { ce_source: { const: source } }),
    },
  };
}

export function roleOf({ kind }: Pick<MessageMetadata, 'kind'>): MessageRole {
  return kind === 'event' ? 'event' : 'request';
}
