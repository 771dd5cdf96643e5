import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import { INSTANCE_HEADER, PROBE_HEADER } from '../../routes/probe-headers.js';
import type { ResolvedDiscoveryOptions } from '../discovery-options.js';
import { RESOLVED_DISCOVERY_OPTIONS } from '../tokens.js';
import { FirstProbe } from './first-probe.js';

/** What is used of Fastify. */
interface FastifyLike {
  addHook(
    name: 'onRequest',
    hook: (request: { readonly headers: IncomingMessage['headers'] }, reply: { readonly raw: ServerResponse }, done: () => void) => void,
  ): void;
}

/** Tells the registry's probes which instance answers: the port of one that died may be another's by now. */
@Injectable()
export class InstanceHeader {
  constructor(
    adapterHost: HttpAdapterHost,
    @Inject(RESOLVED_DISCOVERY_OPTIONS) private readonly options: ResolvedDiscoveryOptions,
    private readonly firstProbe: FirstProbe,
  ) {
    adapterHost.init$.subscribe(() => {
      const adapter = adapterHost.httpAdapter as AbstractHttpAdapter | undefined;
      if (adapter?.getType() === 'fastify') this.installOnFastify(adapter.getInstance<FastifyLike>());
      else if (adapter?.getType() === 'express') this.installOnExpress(adapter);
    });
  }

  private installOnExpress(adapter: AbstractHttpAdapter): void {
    adapter.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
      this.take(request, response);
      next();
    });
  }

  private installOnFastify(fastify: FastifyLike): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      this.take(request, reply.raw);
      done();
    });
  }

  /** Marks the answer of a probe; one that means this instance is told of. */
  private take({ headers }: Pick<IncomingMessage, 'headers'>, response: ServerResponse): void {
    const meant = headers[PROBE_HEADER];
    if (meant === undefined) return;
    response.setHeader(INSTANCE_HEADER, this.options.instance);
    if (meant === this.options.instance) this.firstProbe.asked(response);
  }
}
