import { STATUS_CODES } from 'node:http';
import { PROBLEM_CONTENT_TYPE } from '../../http/problem/problem-document.js';
import type { ProblemStatuses } from '../../http/problem/problem-statuses.js';
import type { OpenApiOperation, OpenApiResponse } from './openapi-document.js';

const PROBLEM = '#/components/schemas/Problem';
/** Codes that the edge gives on its own, beside the table of statuses. */
const EDGE: ProblemStatuses = { VALIDATION_FAILED: 400 };
const TOO_LARGE = 413;
/** Statuses that any route may answer with, for one reason or another. */
const KNOWN = [400, 404, 409, TOO_LARGE, 422, 503];

/** RFC 9457, as the problem filter writes it. */
export const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'What went wrong, RFC 9457.',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string', example: 'about:blank' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'The stable code of the error, or that of the rejection; else that of the status.' },
    errors: {
      type: 'array',
      description: 'What does not fit, by its place.',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string', example: 'lines[0].quantity' }, message: { type: 'string' } },
      },
    },
  },
};

const nameOf = (status: number | 'default'): string => `Problem${status === 'default' ? '' : status}`;

/** One response for each status, with an example for each code that the service answers it with. */
export function problemResponses(statuses: ProblemStatuses): Readonly<Record<string, OpenApiResponse>> {
  const listed = Object.entries({ ...EDGE, ...statuses });
  const all = [...new Set([...KNOWN, ...listed.map(([, status]) => status)])].sort((a, b) => a - b);
  const responses = all.map((status) => {
    const codes = listed.filter(([, one]) => one === status).map(([code]) => code);
    return [nameOf(status), problem(status, status === TOO_LARGE ? ['PAYLOAD_REFUSED', ...codes] : codes)] as const;
  });
  return { ...Object.fromEntries(responses), Problem: { description: 'Any other error.', content: content() } };
}

/** Which of them an operation may answer with. */
export function problemsOf(method: string, { parameters = [], requestBody }: OpenApiOperation): readonly number[] {
  const reads = requestBody !== undefined;
  return [
    ...(reads || parameters.length > 0 ? [400] : []),
    ...(parameters.some((parameter) => parameter.in === 'path') ? [404] : []),
    ...(method === 'get' ? [] : [409]),
    ...(reads ? [TOO_LARGE] : []),
    ...(method === 'post' ? [422] : []),
    503,
  ];
}

/**
 * The operation's responses with problem documents where it says nothing else. What it says of an error in words keeps its words, and gets the document and the codes
 * of its status.
 */
export function withProblems(
  responses: Readonly<Record<string, OpenApiResponse>>,
  problems: readonly number[],
  shared: Readonly<Record<string, OpenApiResponse>>,
): Readonly<Record<string, OpenApiResponse>> {
  const whole: Record<string, OpenApiResponse> = {};
  for (const [status, response] of Object.entries(responses))
    whole[status] = /^[45]/.test(status) && response.content === undefined ? described(status, response, shared) : response;
  for (const status of problems) whole[status] ??= reference(status);
  whole['default'] ??= reference('default');
  return whole;
}

function described(status: string, response: OpenApiResponse, shared: Readonly<Record<string, OpenApiResponse>>): OpenApiResponse {
  const { description = '', content: known = content() } = shared[nameOf(Number(status))] ?? {};
  return { ...response, description: [response.description, description].filter(Boolean).join(' '), content: known };
}

function reference(status: number | 'default'): OpenApiResponse {
  return { $ref: `#/components/responses/${nameOf(status)}` };
}

function problem(status: number, codes: readonly string[]): OpenApiResponse {
  const title = STATUS_CODES[status] ?? 'Error';
  const known = codes.length === 0 ? '' : ` Codes: ${codes.map((code) => `\`${code}\``).join(', ')}.`;
  const own = status === 409 ? ' Rejections have codes of their own.' : '';
  const headers = status === 503 ? { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } } : {};
  return { description: `${title}.${known}${own}`, ...headers, content: content(examples(status, title, codes)) };
}

function examples(status: number, title: string, codes: readonly string[]): object {
  const entries = codes.map((code) => [code, { value: { type: 'about:blank', title, status, detail: title, code } }]);
  return entries.length === 0 ? {} : { examples: Object.fromEntries(entries) as object };
}

function content(more: object = {}): Readonly<Record<string, unknown>> {
  return { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: PROBLEM }, ...more } };
}
