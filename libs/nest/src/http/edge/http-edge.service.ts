import { TOKEN_VERIFIER, type TokenVerifier } from '@minos/common';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Metrics } from '@minos/health';
import type { ResolvedMinosOptions } from '../../options/minos-options.js';
import { ShutdownState } from '../../shutdown/shutdown-state.js';
import { RESOLVED_OPTIONS } from '../../tokens.js';
import { httpAdapterOf } from '../http-adapter-of.js';
import { installBodyParser } from '../body/install-body-parser.js';
import { installOnExpress } from './express-edge.js';
import { type FastifyEdge, installOnFastify } from './fastify-edge.js';
import type { EdgeParts } from './edge-parts.js';

/**
 * What every request meets first: its context, the count of its time, the parser of its body. Installed as soon as the application has its
 * HTTP adapter, which is before Nest adds its own parsers, so `main.ts` has nothing to do.
 */
@Injectable()
export class HttpEdge {
  constructor(
    adapterHost: HttpAdapterHost,
    @Inject(RESOLVED_OPTIONS) options: ResolvedMinosOptions,
    shutdown: ShutdownState,
    @Optional() metrics?: Metrics,
    @Optional() @Inject(TOKEN_VERIFIER) verifier?: TokenVerifier,
  ) {
    const durations = metrics?.histogram('minos_http_request_duration_seconds', 'Time to answer a request', ['method', 'route', 'status']);
    const parts: EdgeParts = {
      service: options.service,
      // Where tokens are verified, nobody is anybody before his own was.
      devPrincipal: options.http.devPrincipal && verifier === undefined,
      shutdown,
      observe: (method, route, status, seconds) => durations?.observe({ method, route, status: String(status) }, seconds),
    };
    // Completes with the first adapter, so there is nothing to unsubscribe from.
    adapterHost.init$.subscribe(() => {
      const adapter = httpAdapterOf(adapterHost);
      if (adapter === undefined) return;
      if (adapter.getType() === 'express') installOnExpress(adapter, parts);
      else if (adapter.getType() === 'fastify') installOnFastify(adapter.getInstance<FastifyEdge>(), parts);
      installBodyParser(adapter, options.http.bodyLimit);
    });
  }
}
