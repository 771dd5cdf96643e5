import { CONSISTENCY_HEADER } from '@minos/common';
import type { OpenApiOperation, OpenApiParameter, OpenApiResponse } from './openapi-document.js';

const IDEMPOTENCY_KEY = 'Idempotency-Key';
const TOKEN = 'From the answer to a command.';

/** Headers that requests may have, as components. */
export const HEADER_PARAMETERS = {
  IdempotencyKey: {
    name: IDEMPOTENCY_KEY,
    in: 'header',
    required: false,
    description: 'A request that repeats the key of an earlier one gets its answer and does nothing.',
    schema: { type: 'string', pattern: '^[!-~]{1,255}$' },
  },
  Consistency: {
    name: CONSISTENCY_HEADER,
    in: 'header',
    required: false,
    description: `${TOKEN} What is read is at least so new, or the answer is a 503 with the code NOT_YET_CONSISTENT.`,
    schema: { type: 'string' },
  },
};

/** Headers of answers, as components. */
export const ANSWER_HEADERS = {
  Consistency: { description: 'To be sent with a query that shall see what this request did.', schema: { type: 'string' } },
  IdempotencyReplayed: { description: 'Set where the answer is that of an earlier request.', schema: { type: 'string', enum: ['true'] } },
  RetryAfter: { description: 'Seconds to wait before trying again.', schema: { type: 'integer', minimum: 0 } },
};

const parameter = (name: keyof typeof HEADER_PARAMETERS): OpenApiParameter => ({ $ref: `#/components/parameters/${name}` });
const header = (name: keyof typeof ANSWER_HEADERS): object => ({ $ref: `#/components/headers/${name}` });

/** The parameters with those of the suite: every POST may have a key, and a route that reads a token takes it where it is given. */
export function withHeaderParameters(method: string, { parameters = [] }: OpenApiOperation): readonly OpenApiParameter[] {
  const others = parameters.filter((one) => !isHeader(one, IDEMPOTENCY_KEY) && !isHeader(one, CONSISTENCY_HEADER));
  return [
    ...others,
    ...(method === 'post' ? [parameter('IdempotencyKey')] : []),
    ...(parameters.some((one) => isHeader(one, CONSISTENCY_HEADER)) ? [parameter('Consistency')] : []),
  ];
}

/** Answers to commands say how new they are; that of a POST may be an earlier one. */
export function withAnswerHeaders(
  method: string,
  responses: Readonly<Record<string, OpenApiResponse>>,
): Readonly<Record<string, OpenApiResponse>> {
  if (method === 'get') return responses;
  const added = {
    [CONSISTENCY_HEADER]: header('Consistency'),
    ...(method === 'post' ? { 'Idempotency-Replayed': header('IdempotencyReplayed') } : {}),
  };
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      status.startsWith('2') ? { ...response, headers: { ...added, ...response.headers } } : response,
    ]),
  );
}

function isHeader(given: OpenApiParameter, name: string): boolean {
  return given.in === 'header' && given.name?.toLowerCase() === name.toLowerCase();
}
