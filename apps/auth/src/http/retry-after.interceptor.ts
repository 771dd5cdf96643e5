import { isMinosError } from '@minos/common';
import type { AnyResponse } from '@minos/auth/server';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { catchError, type Observable, throwError } from 'rxjs';

/** Says in `Retry-After` how long somebody has to wait who tries too often, and that answers with tokens are not to be kept. */
@Injectable()
export class RetryAfterInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const response = context.switchToHttp().getResponse<AnyResponse>();
    response.header('Cache-Control', 'no-store');
    return next.handle().pipe(
      catchError((error: unknown) => {
        const wait = isMinosError(error) ? error.details['retryAfterMs'] : undefined;
        if (typeof wait === 'number') response.header('Retry-After', String(Math.max(1, Math.ceil(wait / 1000))));
        if (isMinosError(error, 'CALLER_UNKNOWN')) response.header('WWW-Authenticate', 'Bearer');
        if (isMinosError(error, 'SERVICE_CREDENTIAL_REFUSED')) response.header('WWW-Authenticate', 'Basic realm="services"');
        return throwError(() => error);
      }),
    );
  }
}
