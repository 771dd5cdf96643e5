import type { IncomingHttpHeaders } from 'node:http';
import { CORRELATION_HEADER, correlationIdOf } from '../context/request-context.js';
import { PROBLEM_CONTENT_TYPE } from './problem-document.js';
import { DEFAULT_PROBLEM_STATUSES } from './problem-statuses.js';
import { toProblem } from './to-problem.js';

/** What is used of an answer of Node's, over any version of HTTP. */
interface RawAnswer {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

interface RefusedRequest {
  readonly headers: IncomingHttpHeaders;
}

/**
 * What Fastify refuses before any route and filter, such as a path that cannot be decoded, as `application/problem+json` with a code and the correlation id; without
 * it Fastify answers in a form of its own.
 *
 * ```ts
 * new FastifyAdapter({ frameworkErrors: fastifyFrameworkErrors });
 * ```
 */
export function fastifyFrameworkErrors(error: Error, { headers }: RefusedRequest, { raw }: { readonly raw: RawAnswer }): void {
  const { document } = toProblem(error, DEFAULT_PROBLEM_STATUSES);
  raw.statusCode = document.status;
  // No hook of the edge has seen the request.
  raw.setHeader(CORRELATION_HEADER, correlationIdOf(headers));
  raw.setHeader('Content-Type', PROBLEM_CONTENT_TYPE);
  raw.end(JSON.stringify(document));
}
