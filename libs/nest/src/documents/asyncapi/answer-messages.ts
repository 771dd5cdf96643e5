import type { JsonSchema } from '../schema/json-schema.js';
import type { AsyncApiMessage } from './asyncapi-document.js';
import { messageHeaders } from './message-headers.js';

/** What comes of a command or query, by the durable name of the answer. */
export const ANSWERS = { result: 'minos.result', rejection: 'minos.rejection', refusal: 'minos.refusal' } as const;

type AnswerName = (typeof ANSWERS)[keyof typeof ANSWERS];

const DETAILS = { type: 'object' };

const PAYLOADS: Readonly<
  Record<AnswerName, { readonly description: string; readonly properties: JsonSchema; readonly required: readonly string[] }>
> = {
  'minos.result': {
    description: 'The result of the handler. Results have types in the code only, so their form is open here.',
    properties: { result: { description: 'Any JSON; null where the handler returns nothing.' } },
    required: ['result'],
  },
  'minos.rejection': {
    description: "The handler's typed no.",
    properties: { code: { type: 'string' }, message: { type: 'string' }, details: DETAILS },
    required: ['code', 'message'],
  },
  'minos.refusal': {
    description: 'It was not handled, and why.',
    properties: {
      code: { type: 'string', enum: ['REQUEST_EXPIRED', 'KEY_PARKED', 'COMMAND_NOT_HANDLED', 'REPLY_NOT_KEPT'] },
      asking: { type: 'string', format: 'uuid' },
      details: DETAILS,
    },
    required: ['code', 'asking'],
  },
};

const NAMES = Object.values(ANSWERS);

export const ANSWER_SCHEMAS: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  NAMES.map((name) => [name, { type: 'object', ...PAYLOADS[name] }]),
);

export const ANSWER_MESSAGES: Readonly<Record<string, AsyncApiMessage>> = Object.fromEntries(
  NAMES.map((name) => [
    name,
    {
      name,
      title: name,
      description: PAYLOADS[name].description,
      contentType: 'application/json',
      headers: messageHeaders('answer', { type: name, version: 1 }),
      payload: { $ref: `#/components/schemas/${name}` },
      correlationId: { location: '$message.header#/ce_correlationid' },
    } satisfies AsyncApiMessage,
  ]),
);
