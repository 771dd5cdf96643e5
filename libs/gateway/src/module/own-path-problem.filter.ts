import { rawResponse } from '@minos/common/http';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  ForbiddenException,
  type HttpException,
  NotFoundException,
  UnauthorizedException,
} from '@nestjs/common';
import { type Problem, PROBLEM_CONTENT_TYPE, problemBody, PROBLEMS } from '../problems/problem.js';

const UNAUTHENTICATED = 401;
const FORBIDDEN = 403;

/** Below the application's own paths what is not there, and what the caller may not see, is said as everywhere else on the gateway. */
@Catch(NotFoundException, UnauthorizedException, ForbiddenException)
export class OwnPathProblemFilter implements ExceptionFilter {
  catch(error: HttpException, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    // Written past the framework, which would add to the type.
    const response = rawResponse(host.switchToHttp().getResponse<object>());
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const problem = problemOf(error.getStatus());
    const correlationId = response.getHeader('x-correlation-id');
    const body = problemBody(problem, typeof correlationId === 'string' ? correlationId : undefined);
    response.writeHead(problem.status, {
      'Content-Type': PROBLEM_CONTENT_TYPE,
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      ...(problem.status === UNAUTHENTICATED && { 'WWW-Authenticate': 'Bearer realm="minos"' }),
    });
    response.end(body);
  }
}

function problemOf(status: number): Problem {
  if (status === UNAUTHENTICATED) return PROBLEMS.unauthenticated;
  return status === FORBIDDEN ? PROBLEMS.forbidden : PROBLEMS.notFound;
}
