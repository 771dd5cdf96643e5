import type { IncomingMessage, ServerResponse } from 'node:http';
import { runInRequestContext } from '@minos/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { CORRELATION_HEADER, requestContext } from '../context/request-context.js';
import { type EdgeParts, NO_ROUTE } from './edge-parts.js';

type RoutedRequest = IncomingMessage & { readonly route?: { readonly path?: unknown } };

export function installOnExpress(adapter: AbstractHttpAdapter, parts: EdgeParts): void {
  const { shutdown, observe } = parts;
  adapter.getInstance<{ disable(setting: string): void }>().disable('x-powered-by');
  adapter.use((request: RoutedRequest, response: ServerResponse, next: () => void) => {
    const begun = performance.now();
    const context = requestContext(request.headers, parts);
    response.setHeader(CORRELATION_HEADER, context.correlationId);
    // Whoever keeps a connection to an instance that leaves would keep it from leaving.
    if (shutdown.leaving) response.setHeader('Connection', 'close');
    response.once('finish', () => {
      const route = typeof request.route?.path === 'string' ? request.route.path : NO_ROUTE;
      observe(request.method ?? '', route, response.statusCode, (performance.now() - begun) / 1000);
    });
    runInRequestContext(context, next);
  });
}
