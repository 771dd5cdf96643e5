import { Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import type { Registrar } from '../client/registrar/registrar.js';
import type { Endpoint, ServiceDirectory } from '../contracts/index.js';
import type { ResolvedDiscoveryOptions } from './discovery-options.js';
import { FirstProbe } from './health/first-probe.js';
import { ownAddress } from './own-address.js';
import { RouteExplorer } from './routes/route.explorer.js';
import { REGISTRAR, RESOLVED_DISCOVERY_OPTIONS, SERVICE_DIRECTORY } from './tokens.js';

/**
 * Registers the application once it listens. At the end it leaves the registry first, then goes on serving for a moment so that whoever watches has heard of it; all
 * this is in the first of Nest's hooks at the end, before the server stops listening.
 */
@Injectable()
export class RegistrationRunner implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger('Discovery');

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly routes: RouteExplorer,
    private readonly firstProbe: FirstProbe,
    @Inject(RESOLVED_DISCOVERY_OPTIONS) private readonly options: ResolvedDiscoveryOptions,
    @Inject(REGISTRAR) private readonly registrar: Registrar | undefined,
    @Inject(SERVICE_DIRECTORY) private readonly directory: ServiceDirectory,
  ) {}

  onApplicationBootstrap(): void {
    const adapter = this.adapterHost.httpAdapter as AbstractHttpAdapter | undefined;
    if (this.registrar === undefined || !adapter) return;
    // Completes with the adapter, so there is nothing to unsubscribe from.
    this.adapterHost.listen$.subscribe(() => this.register(adapter));
  }

  async onModuleDestroy(): Promise<void> {
    const { leaveTimeout, leaveDelay } = this.options;
    this.firstProbe.end();
    // Whether the last heartbeat came through says nothing about who sends requests here.
    const known = (this.registrar?.status.registrations ?? 0) > 0;
    await this.registrar?.stop(leaveTimeout);
    if (known && leaveDelay > 0) await pause(leaveDelay);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.directory.close();
  }

  /** The routes and what they ask of callers. */
  endpoints(): readonly Endpoint[] {
    const { accessOf, endpoints } = this.options;
    return [...this.routes.explore(accessOf), ...endpoints];
  }

  private register(adapter: AbstractHttpAdapter): void {
    const server: unknown = adapter.getHttpServer();
    const { version, metadata } = this.options;
    const address = this.options.address ?? (server instanceof Server ? ownAddress(server, process.env['HOST']) : undefined);
    if (address === undefined) return this.logger.warn('Not registered: the server listens on no port. Give the option address.');
    this.registrar?.start({ address, version, metadata, endpoints: this.endpoints() });
    this.firstProbe.begin(this.options.foundWithin);
  }
}
