import { Server as NetServer } from 'node:net';
import { setImmediate as immediate, setTimeout as pause } from 'node:timers/promises';
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

/** What is used of a Node HTTP server. */
type HttpServer = NetServer & { closeAllConnections?(): void };

/** Long enough for a request that a client sends on a connection that it kept, short enough for a person at a terminal. */
const LINGER_MS = 1_000;
const LOOK_MS = 10;
const QUIET_TURNS = 3;
const MOST_TURNS = 1_000;

/** Takes no new connections, lets the requests on the old ones end, and cuts those that take longer than the limit. */
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

  /** Nest closes the server behind this hook, which cuts idle connections at once and waits for the others. */
  async beforeApplicationShutdown(signal?: string): Promise<void> {
    const server: unknown = httpAdapterOf(this.adapterHost)?.getHttpServer();
    if (!(server instanceof NetServer)) return;
    this.cutAfterLimit(server);
    if (signal !== undefined && server.listening) await stopListening(server);
    this.state.leave();
    if (signal !== undefined) await linger(server);
  }

  onApplicationShutdown(): void {
    clearTimeout(this.limit);
  }

  private cutAfterLimit(server: HttpServer): void {
    this.limit = setTimeout(() => {
      this.logger.warn(`Requests took longer than ${this.options.shutdown.drainTimeout} ms to end; their connections are cut.`);
      server.closeAllConnections?.();
    }, this.options.shutdown.drainTimeout);
    this.limit.unref();
  }
}

/** Accepts who has connected, then takes no more: a listener that closes resets all that wait to be accepted. */
async function stopListening(server: NetServer): Promise<void> {
  let quiet = 0;
  const accepted = (): void => void (quiet = 0);
  server.on('connection', accepted);
  // A turn of the event loop accepts one of them.
  for (let turn = 0; quiet < QUIET_TURNS && turn < MOST_TURNS; turn++) {
    quiet++;
    await immediate();
  }
  server.off('connection', accepted);
  // The method of the HTTP server would close idle connections too.
  NetServer.prototype.close.call(server);
}

/**
 * For a moment still answers on connections that clients kept: each answer asks them to leave. Closing such a connection while a request
 * is on its way would cut a request that the client believes to be taken.
 */
async function linger(server: NetServer): Promise<void> {
  const deadline = performance.now() + LINGER_MS;
  while (performance.now() < deadline && (await connectionsOf(server)) > 0) await pause(LOOK_MS);
}

function connectionsOf(server: NetServer): Promise<number> {
  return new Promise((resolve) => server.getConnections((error, count) => resolve(error ? 0 : count)));
}
