import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { httpAdapterOf } from '../http/http-adapter-of.js';
import type { ResolvedMinosOptions } from '../options/minos-options.js';
import { RESOLVED_OPTIONS } from '../tokens.js';
import { ShutdownState } from './shutdown-state.js';

/** What is used of a Node HTTP server; other adapters may not have it. */
interface Closeable {
  closeAllConnections?(): void;
}

/** Lets requests that are under way end, and cuts the connections of those that take longer than the limit. */
@Injectable()
export class DrainService implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('Shutdown');
  private limit: NodeJS.Timeout | undefined;

  constructor(
    private readonly state: ShutdownState,
    private readonly adapterHost: HttpAdapterHost,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedMinosOptions,
  ) {}

  onModuleDestroy(): void {
    this.state.begin();
  }

  /** Nest closes the HTTP server behind this hook and waits for its connections. */
  beforeApplicationShutdown(): void {
    const server = httpAdapterOf(this.adapterHost)?.getHttpServer() as Closeable | undefined;
    if (server?.closeAllConnections === undefined) return;
    this.limit = setTimeout(() => {
      this.logger.warn(`Requests took longer than ${this.options.shutdown.drainTimeout} ms to end; their connections are cut.`);
      server.closeAllConnections?.();
    }, this.options.shutdown.drainTimeout);
    this.limit.unref();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.limit);
  }
}
