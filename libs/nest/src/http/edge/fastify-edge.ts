import type { IncomingHttpHeaders } from 'node:http';
import { runInRequestContext } from '@minos/common';
import { CORRELATION_HEADER, requestContext, type RequestContext } from '../context/request-context.js';
import { type EdgeParts, NO_ROUTE } from './edge-parts.js';

interface FastifyRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly routeOptions?: { readonly url?: string };
}

interface FastifyReply {
  readonly statusCode: number;
  readonly elapsedTime: number;
  header(name: string, value: string): unknown;
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

/** What is used of a Fastify instance. */
export interface FastifyEdge {
  addHook(name: 'onRequest' | 'preHandler' | 'onResponse', hook: Hook): void;
}

export function installOnFastify(instance: FastifyEdge, parts: EdgeParts): void {
  const { shutdown, observe } = parts;
  const contexts = new WeakMap<FastifyRequest, RequestContext>();
  instance.addHook('onRequest', (request, reply, done) => {
    const context = requestContext(request.headers, parts);
    contexts.set(request, context);
    reply.header(CORRELATION_HEADER, context.correlationId);
    if (shutdown.leaving) reply.header('Connection', 'close');
    done();
  });
  // Reading the body leaves the asynchronous context of the request, so it is entered behind that.
  instance.addHook('preHandler', (request, _reply, done) => {
    const context = contexts.get(request);
    if (context === undefined) done();
    else runInRequestContext(context, done);
  });
  instance.addHook('onResponse', (request, reply, done) => {
    observe(request.method, request.routeOptions?.url ?? NO_ROUTE, reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
}
