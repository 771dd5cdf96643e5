import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ResolvedMinosOptions } from '../../options/minos-options.js';
import { RESOLVED_OPTIONS } from '../../tokens.js';
import { PROBLEM_CONTENT_TYPE } from './problem-document.js';
import { toProblem } from './to-problem.js';

/** Headers that a handler may have set before it, or the commit behind it, failed. */
const ANSWER_HEADERS = ['Location', 'Minos-Consistency', 'ETag'];

/** Answers every error over HTTP as `application/problem+json`. Other contexts keep Nest's own handling. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedMinosOptions,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const adapter = this.adapterHost.httpAdapter;
    const response: unknown = host.getArgByIndex(1);
    const { document, retryAfter } = toProblem(error, this.options.http.statuses);
    this.report(error, document.status, document.code);
    if (adapter.isHeadersSent(response)) {
      adapter.end(response);
      return;
    }
    for (const name of ANSWER_HEADERS) removeHeader(response, name);
    adapter.setHeader(response, 'Content-Type', PROBLEM_CONTENT_TYPE);
    if (retryAfter !== undefined) adapter.setHeader(response, 'Retry-After', String(retryAfter));
    adapter.reply(response, document, document.status);
  }

  private report(error: unknown, status: number, code: string): void {
    if (status < 500) return;
    if (status === 503) this.logger.warn(`503 ${code}: ${error instanceof Error ? error.message : String(error)}`);
    else this.logger.error(error instanceof Error ? error.message : String(error), error instanceof Error ? error.stack : undefined);
  }
}

/** A method of the responses of Express and Fastify alike that Nest's adapter does not offer. */
function removeHeader(response: unknown, name: string): void {
  const target = response as { removeHeader?(name: string): void };
  target.removeHeader?.(name);
}
