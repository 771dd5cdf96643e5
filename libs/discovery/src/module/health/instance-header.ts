import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import { INSTANCE_HEADER, PROBE_HEADER } from '../../routes/probe-headers.js';
import type { ResolvedDiscoveryOptions } from '../discovery-options.js';
import { RESOLVED_DISCOVERY_OPTIONS } from '../tokens.js';

/** What is used of Fastify. */
interface FastifyLike {
  addHook(
    name: 'onRequest',
    hook: (
      request: { readonly headers: IncomingMessage['headers'] },
      reply: { header(name: string, value: string): void },
      done: () => void,
    ) => void,
  ): void;
}

/** Tells the registry's probes which instance answers: the port of one that died may be another's by now. */
@Injectable()
export class InstanceHeader {
  constructor(adapterHost: HttpAdapterHost, @Inject(RESOLVED_DISCOVERY_OPTIONS) { instance }: ResolvedDiscoveryOptions) {
    adapterHost.init$.subscribe(() => {
      const adapter = adapterHost.httpAdapter as AbstractHttpAdapter | undefined;
      if (adapter?.getType() === 'fastify') installOnFastify(adapter.getInstance<FastifyLike>(), instance);
      else if (adapter?.getType() === 'express') installOnExpress(adapter, instance);
    });
  }
}

function installOnExpress(adapter: AbstractHttpAdapter, instance: string): void {
  adapter.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    if (request.headers[PROBE_HEADER] !== undefined) response.setHeader(INSTANCE_HEADER, instance);
    next();
  });
}

function installOnFastify(fastify: FastifyLike, instance: string): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.headers[PROBE_HEADER] !== undefined) reply.header(INSTANCE_HEADER, instance);
    done();
  });
}
