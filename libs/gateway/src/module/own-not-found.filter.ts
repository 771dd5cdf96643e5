import type { ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import { PROBLEM_CONTENT_TYPE, problemBody, PROBLEMS } from '../problems/problem.js';

/** Of Express, or of Fastify. */
type Response = ServerResponse | { readonly raw: ServerResponse; hijack(): void };

/** Below the application's own paths what is not there is said as everywhere else on the gateway. */
@Catch(NotFoundException)
export class OwnNotFoundFilter implements ExceptionFilter {
  catch(error: NotFoundException, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const response = rawOf(host.switchToHttp().getResponse<Response>());
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const correlationId = response.getHeader('x-correlation-id');
    const body = problemBody(PROBLEMS.notFound, typeof correlationId === 'string' ? correlationId : undefined);
    const headers = { 'Content-Type': PROBLEM_CONTENT_TYPE, 'Content-Length': Buffer.byteLength(body), 'Cache-Control': 'no-store' };
    response.writeHead(PROBLEMS.notFound.status, headers).end(body);
  }
}

/** Written past the framework, which would add to the type. */
function rawOf(response: Response): ServerResponse {
  if (!('raw' in response)) return response;
  response.hijack();
  return response.raw;
}
