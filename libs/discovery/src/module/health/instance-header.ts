import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import { INSTANCE_HEADER, PROBE_HEADER } from '../../routes/probe-headers.js';
import type { ResolvedDiscoveryOptions } from '../discovery-options.js';
import { RESOLVED_DISCOVERY_OPTIONS } from '../tokens.js';
import { Admission } from './admission.js';

/** What is used of Fastify. */
interface FastifyLike {
  addHook(
    name: 'onRequest',
    hook: (
      request: { readonly headers: IncomingMessage['headers'] },
      reply: { readonly raw: ServerResponse; header(name: string, value: string): void },
      done: () => void,
    ) => void,
  ): void;
}

/** Tells the registry's probes which instance answers: the port of one that died may be another's by now. Tells the {@link Admission} of those that mean this one. */
@Injectable()
export class InstanceHeader {
  constructor(
    adapterHost: HttpAdapterHost,
    @Inject(RESOLVED_DISCOVERY_OPTIONS) private readonly options: ResolvedDiscoveryOptions,
    private readonly admission: Admission,
  ) {
    adapterHost.init$.subscribe(() => {
      const adapter = adapterHost.httpAdapter as AbstractHttpAdapter | undefined;
      if (adapter?.getType() === 'fastify') this.installOnFastify(adapter.getInstance<FastifyLike>());
      else if (adapter?.getType() === 'express') this.installOnExpress(adapter);
    });
  }

  private installOnExpress(adapter: AbstractHttpAdapter): void {
    adapter.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
      if (this.isProbe(request, response)) response.setHeader(INSTANCE_HEADER, this.options.instance);
      next();
    });
  }

  private installOnFastify(fastify: FastifyLike): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      if (this.isProbe(request, reply.raw)) reply.header(INSTANCE_HEADER, this.options.instance);
      done();
    });
  }

  private isProbe({ headers }: Pick<IncomingMessage, 'headers'>, response: ServerResponse): boolean {
    const meant = headers[PROBE_HEADER];
    if (meant === this.options.instance) this.admission.asked(response);
    return meant !== undefined;
  }
}
