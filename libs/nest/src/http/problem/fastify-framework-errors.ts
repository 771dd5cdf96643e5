import { PROBLEM_CONTENT_TYPE } from './problem-document.js';
import { DEFAULT_PROBLEM_STATUSES } from './problem-statuses.js';
import { toProblem } from './to-problem.js';

/** What is used of an answer of Node's, over any version of HTTP. */
interface RawAnswer {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/**
 * What Fastify refuses before any route and filter, such as a path that cannot be decoded, as `application/problem+json` with a code; without it Fastify answers in a form
 * of its own.
 *
 * ```ts
 * new FastifyAdapter({ frameworkErrors: fastifyFrameworkErrors });
 * ```
 */
export function fastifyFrameworkErrors(error: Error, _request: unknown, { raw }: { readonly raw: RawAnswer }): void {
  const { document } = toProblem(error, DEFAULT_PROBLEM_STATUSES);
  raw.statusCode = document.status;
  raw.setHeader('Content-Type', PROBLEM_CONTENT_TYPE);
  raw.end(JSON.stringify(document));
}
