import { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { failureText } from '@minos/common/http';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';
import { stopAccepting } from '../connections/stop-accepting.js';
import type { MadeFrontDoor } from '../front-door/make-front-door.js';
import type { GatewaySettings } from '../options/gateway-module.options.js';
import { GATEWAY_PARTS, RESOLVED_GATEWAY_OPTIONS } from './tokens.js';

const OPEN_WITHIN_MS = 5_000;
const LOOK_MS = 10;
/** For requests that clients send on connections that they kept, before they hear that they should leave. */
const LINGER_MS = 500;

/** Puts the gateway on the application's server before it listens, and takes it off so that nobody is cut. */
@Injectable()
export class GatewayLife implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('Gateway');
  private leaving = false;

  constructor(
    @Inject(GATEWAY_PARTS) private readonly parts: MadeFrontDoor,
    @Inject(RESOLVED_GATEWAY_OPTIONS) private readonly settings: GatewaySettings,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** Readiness is red. */
  get draining(): boolean {
    return this.leaving;
  }

  async onApplicationBootstrap(): Promise<void> {
    const server = this.server();
    if (server !== undefined) this.parts.door.install(server);
    this.hideFramework();
    await this.parts.directory.open(OPEN_WITHIN_MS).catch((error: unknown) => {
      this.logger.warn(`The directory of services cannot be had yet, and is asked for again: ${failureText(error)}`);
    });
  }

  onModuleDestroy(): void {
    this.leaving = true;
  }

  /** Nest closes the server behind this hook. */
  async beforeApplicationShutdown(signal?: string): Promise<void> {
    const server = this.server();
    if (server?.listening === true) await stopAccepting(server);
    const { door } = this.parts;
    door.leave();
    const begun = performance.now();
    const linger = signal === undefined ? 0 : LINGER_MS;
    const isOver = (): boolean => door.running === 0 && (door.connections === 0 || performance.now() - begun >= linger);
    while (!isOver() && performance.now() - begun < this.settings.times.drain) await pause(LOOK_MS);
    if (door.running > 0) this.logger.warn(`${door.running} requests took longer than ${this.settings.times.drain} ms to end and are cut.`);
    server?.closeAllConnections();
    door.cut();
  }

  async onApplicationShutdown(): Promise<void> {
    this.parts.unfollow();
    await this.parts.door.close();
  }

  /** Express names itself in the answers of the application's own routes. */
  private hideFramework(): void {
    const adapter = this.adapterHost.httpAdapter as AbstractHttpAdapter | undefined;
    if (adapter?.getType() === 'express') adapter.getInstance<{ disable(setting: string): void }>().disable('x-powered-by');
  }

  private server(): Server | undefined {
    // An application context has no adapter, whatever the types of Nest say.
    const adapter = this.adapterHost.httpAdapter as AbstractHttpAdapter | undefined;
    const server: unknown = adapter?.getHttpServer();
    return server instanceof Server ? server : undefined;
  }
}
