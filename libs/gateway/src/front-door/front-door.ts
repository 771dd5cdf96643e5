import type { Server } from 'node:http';
import type { ServiceTokenMinter } from '@minos/auth';
import type { Clock, TokenVerifier } from '@minos/common';
import type { ServiceDirectory } from '@minos/discovery';
import type { AccessListener } from '../access-log/access-entry.js';
import { AccessLog } from '../access-log/access-log.js';
import { guardedListener } from '../access-log/guarded-listener.js';
import type { ComposedRoute } from '../compose/composed-route.options.js';
import type { InstancePicker, RetryBudget } from '../contracts/balancing.js';
import type { ConnectionLimiter, RateLimiter, RunningLimiter } from '../contracts/limits.js';
import type { RouteTables } from '../contracts/routes.js';
import { Cors } from '../cors/cors.js';
import type { DocumentPages } from '../documents/document-pages.js';
import { type Authenticator, DevAuthenticator, TokenAuthenticator } from '../admission/authenticator.js';
import { Gateway, type GatewayParts, type RequestListener } from './gateway.js';
import { type Lasting, TokenSweep } from '../admission/token-sweep.js';
import { HeaderKinds } from '../headers/header-kinds.js';
import { ResponseHeaderFilter } from '../headers/response-headers.js';
import type { FrontDoorSettings } from '../options/front-door.options.js';
import { UpstreamPools } from '../proxy/upstream-pools.js';
import { ConnectionGuard } from '../connections/connection-guard.js';
import { ownListener, takeOver } from '../connections/gateway-server.js';
import { WebSocketDoor } from '../websocket/web-socket-door.js';
import { CountedConnections } from '../limits/counted-connections.js';
import { documentListener, DOCUMENTS_PATH } from './document-listener.js';
import { GatewayStatistics } from './gateway-statistics.js';
import { RareWarning } from './rare-warning.js';

/** What the front door works with. */
export interface FrontDoorPorts {
  readonly tables: RouteTables;
  readonly picker: InstancePicker;
  readonly budget: RetryBudget;
  /** `undefined`: everybody as often as they like. */
  readonly rates: RateLimiter | undefined;
  readonly connections: ConnectionLimiter;
  /** `undefined`: as many at a time as come. */
  readonly running: RunningLimiter | undefined;
  /** `undefined`: no authentication; everybody is `dev`. */
  readonly verifier: TokenVerifier | undefined;
  /** `undefined`: services get no token. */
  readonly minter: ServiceTokenMinter | undefined;
  /** Connections to instances that it does not know any more are given up. */
  readonly directory: ServiceDirectory;
  readonly clock: Clock;
  /** Routes that are answered from several others. @default none */
  readonly composed?: readonly ComposedRoute[];
  /** The merged document of all services. @default not served */
  readonly documents?: DocumentPages | undefined;
  /** Where it is said that a function of the application fails. @default a warning of the process */
  readonly warn?: ((line: string) => void) | undefined;
}

/** The gateway on one HTTP server. */
export class FrontDoor {
  readonly statistics = new GatewayStatistics();
  readonly pools: UpstreamPools;
  private readonly guard: ConnectionGuard;
  private readonly log: AccessLog | undefined;
  private gateway: Gateway | undefined;
  private webSockets: WebSocketDoor | undefined;
  private sweep: TokenSweep | undefined;
  private leaving = false;
  private unsubscribe: (() => void) | undefined;

  constructor(
    private readonly settings: FrontDoorSettings,
    private readonly ports: FrontDoorPorts,
  ) {
    const { times, trustedProxies } = settings;
    this.pools = new UpstreamPools({ connectTimeoutMs: times.connect, keepAliveMs: times.upstreamKeepAlive });
    this.guard = new ConnectionGuard({ limiter: ports.connections, trusted: trustedProxies, headMs: times.head });
    if (settings.accessLog === true) this.log = new AccessLog(process.stdout, process.env['NODE_ENV'] === 'production' ? 'json' : 'text');
  }

  /** Requests and WebSockets that are not over. */
  get running(): number {
    return (this.gateway?.running ?? 0) + (this.webSockets?.open ?? 0);
  }

  /** Client connections. */
  get connections(): number {
    return this.guard.open;
  }

  /** Nobody is let in any more, and who is in is asked to leave; `running` says when they have. */
  get draining(): boolean {
    return this.leaving;
  }

  /** Takes over a server that does not listen yet. What answered on it before answers the application's own paths. */
  install(server: Server): void {
    const own = ownListener(server);
    const { documents } = this.ports;
    const parts = this.parts(documents === undefined ? own : documentListener(documents, own));
    const gateway = new Gateway(parts);
    const { times, limits } = this.settings;
    const webSockets = new WebSocketDoor({
      gateway: parts,
      times: { connectMs: times.connect, webSocketIdleMs: times.webSocketIdle },
      ordinary: (request, response) => gateway.handle(request, response, nothing),
    });
    takeOver(server, {
      guard: this.guard,
      headerBytes: limits.headerBytes,
      headMs: times.head,
      keepAliveMs: times.keepAlive,
      request: (request, response, over) => gateway.handle(request, response, over),
      upgrade: (request, socket, head) => webSockets.handle(request, socket, head),
      malformed: this.statistics.malformed,
    });
    this.gateway = gateway;
    this.webSockets = webSockets;
    if (this.settings.endWithToken) this.beginSweep(parts);
    this.unsubscribe = this.ports.directory.subscribe((snapshot) => this.pools.follow(snapshot));
  }

  /** Clients are asked to leave: by each answer, and by a close frame on each WebSocket. */
  leave(): void {
    this.leaving = true;
    this.gateway?.leave();
    this.webSockets?.leave();
  }

  /** Ends the connections of all clients, whatever is on them. The server, which waits for each of them, can close then. */
  cut(): void {
    this.guard.cut();
  }

  /** Ends what is open. Idempotent. */
  async close(): Promise<void> {
    this.unsubscribe?.();
    this.sweep?.stop();
    this.webSockets?.end();
    this.guard.stop();
    await this.pools.close();
    this.log?.flush();
  }

  private beginSweep({ admission }: GatewayParts): void {
    this.sweep = new TokenSweep(admission.authenticator, () => this.lasting(), this.warning('The verifier of tokens').take);
    this.sweep.start();
  }

  private *lasting(): Iterable<Lasting> {
    if (this.gateway !== undefined) yield* this.gateway.lasting();
    if (this.webSockets !== undefined) yield* this.webSockets.lasting();
  }

  private parts(own: RequestListener): GatewayParts {
    const { settings, ports } = this;
    const { limits, times } = settings;
    return {
      incoming: {
        kinds: new HeaderKinds(),
        trusted: settings.trustedProxies,
        limits: { targetLength: limits.target, headers: limits.headers, bodyBytes: limits.body },
      },
      admission: { tables: ports.tables, rates: ports.rates, authenticator: this.authenticator() },
      exchange: {
        pools: this.pools,
        picker: ports.picker,
        budget: ports.budget,
        minter: ports.minter,
        limits: {
          timeoutMs: times.request,
          idleTimeoutMs: times.idle,
          bodyBytes: limits.body,
          heldBodyBytes: limits.heldBody,
          tries: settings.tries,
        },
      },
      running: ports.running,
      uploads: new CountedConnections({ connections: limits.uploads, connectionsPerAddress: limits.uploadsPerAddress }),
      composed: ports.composed ?? [],
      clock: ports.clock,
      filter: new ResponseHeaderFilter(),
      compression: settings.compression,
      cors: new Cors(settings.cors),
      cookies: settings.cookies,
      ownPaths: settings.ownPaths,
      home: this.home,
      own,
      listeners: this.listeners(),
    };
  }

  private authenticator(): Authenticator {
    const { verifier } = this.ports;
    return verifier === undefined ? new DevAuthenticator(this.settings.service) : new TokenAuthenticator(verifier);
  }

  /** The page of the documents, where it is on. */
  private get home(): string | undefined {
    return this.ports.documents !== undefined && this.settings.ownPaths.includes(DOCUMENTS_PATH) ? DOCUMENTS_PATH : undefined;
  }

  private listeners(): readonly AccessListener[] {
    const { accessLog } = this.settings;
    if (this.log !== undefined) return [this.statistics.take, this.log.take];
    if (typeof accessLog !== 'function') return [this.statistics.take];
    return [this.statistics.take, guardedListener(accessLog, this.warning('The function of the option accessLog').take)];
  }

  private warning(what: string): RareWarning {
    const { clock, warn = (line: string) => process.emitWarning(line) } = this.ports;
    return new RareWarning({ clock, warn }, what);
  }
}

function nothing(): void {
  // A connection that was given away is counted by itself.
}
