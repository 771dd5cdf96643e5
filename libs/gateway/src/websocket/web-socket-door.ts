import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Principal } from '@minos/common';
import type { AccessListener } from '../access-log/access-entry.js';
import { type Admission, admit, limitedCaller } from '../admission/admission.js';
import type { Lasting } from '../admission/token-sweep.js';
import { finishAnswers } from '../connections/finish-answers.js';
import type { RunningPlace } from '../contracts/limits.js';
import type { Route } from '../contracts/routes.js';
import type { GatewayParts, RequestListener } from '../front-door/gateway.js';
import { visitEntry } from '../front-door/visit-entry.js';
import { cookiesFor } from '../headers/cookies.js';
import { serviceHeaders } from '../headers/service-headers.js';
import { type Problem, PROBLEMS } from '../problems/problem.js';
import { wireProblem } from '../problems/wire-problem.js';
import { Incoming } from '../request/incoming.js';
import { takeBearerProtocol } from './bearer-protocol.js';
import { GOING_AWAY, TOKEN_ENDED } from './close-frame.js';
import { isWebSocketHandshake } from './handshake.js';
import { Tunnel } from './tunnel.js';
import { Upgrade, type UpgradeTimes } from './upgrade.js';

export interface WebSocketDoorParts {
  readonly gateway: GatewayParts;
  readonly times: UpgradeTimes & { readonly webSocketIdleMs: number };
  /** Answers what asks for another protocol and can do without it. */
  readonly ordinary: RequestListener;
}

interface AdmittedVisit {
  readonly route: Route;
  readonly principal: Principal | undefined;
}

const SWITCHING = 101;
const CLIENT_LEFT = 499;

/** Takes requests that want to become a WebSocket through the same checks as all others, and then carries their frames. */
export class WebSocketDoor {
  private readonly tunnels = new Map<Tunnel, UpgradeVisit>();
  private asked = 0;
  private leaving = false;

  constructor(private readonly parts: WebSocketDoorParts) {}

  /** WebSockets that are open, or asked for. */
  get open(): number {
    return this.tunnels.size + this.asked;
  }

  /** Takes one request. Never throws. */
  handle(request: IncomingMessage, socket: Duplex, rest: Buffer): void {
    try {
      this.take(request, socket, rest);
    } catch {
      socket.destroy();
    }
  }

  /** WebSockets that are open. */
  *lasting(): Iterable<Lasting> {
    for (const [tunnel, { incoming, admission }] of this.tunnels) {
      yield {
        authorization: incoming.head.authorization,
        principal: admission?.principal,
        endsWithToken: true,
        end: () => tunnel.close(TOKEN_ENDED),
      };
    }
  }

  /** Tells all clients and services that we leave (1001), those that are asked for now when they open. */
  leave(): void {
    this.leaving = true;
    for (const tunnel of this.tunnels.keys()) tunnel.close(GOING_AWAY);
  }

  /** Ends all at once. Idempotent. */
  end(): void {
    for (const tunnel of this.tunnels.keys()) tunnel.end();
  }

  private take(request: IncomingMessage, socket: Duplex, rest: Buffer): void {
    const incoming = new Incoming(request, this.parts.gateway.incoming);
    if (incoming.problem === undefined && !isWebSocketHandshake(request, incoming.head)) return this.withoutUpgrade(incoming, socket);
    const visit = new UpgradeVisit(incoming, socket, this.parts.gateway.listeners);
    if (incoming.problem !== undefined) return visit.refuse(incoming.problem);
    this.asked++;
    this.proceed(visit, rest)
      .catch(() => visit.refuse(PROBLEMS.internal))
      .finally(() => this.asked--);
  }

  private async proceed(visit: UpgradeVisit, rest: Buffer): Promise<void> {
    const { incoming } = visit;
    const { gateway } = this.parts;
    takeBearerProtocol(incoming.head);
    if (!this.isWelcome(incoming)) return visit.refuse(PROBLEMS.originRefused);
    const admission = await admit(incoming, gateway.admission);
    visit.admission = admission;
    const { route, principal, problem } = admission;
    // Whatever is taken from here on would be given back by an end that has come already.
    if (visit.socket.destroyed) return visit.end(CLIENT_LEFT, 0);
    if (problem !== undefined || route === undefined) return visit.refuse(problem ?? PROBLEMS.notFound);
    if (!takePlace(visit, gateway.running)) return visit.refuse(PROBLEMS.tooManyRunning);
    await this.connect(visit, { route, principal }, rest);
  }

  private async connect(visit: UpgradeVisit, { route, principal }: AdmittedVisit, rest: Buffer): Promise<void> {
    const { gateway, times } = this.parts;
    const { head, caller, ids, target } = visit.incoming;
    const headers = serviceHeaders(head, { caller, ids, cookie: cookiesFor(head.cookie, gateway.cookies) });
    const upgrade = new Upgrade({ route, principal, target, headers }, gateway.exchange, times);
    visit.socket.once('close', () => upgrade.abandon());
    const outcome = await upgrade.run();
    if (visit.socket.destroyed) {
      if ('socket' in outcome) outcome.socket.destroy();
      upgrade.release();
      return visit.end(CLIENT_LEFT, 0);
    }
    if ('problem' in outcome) return visit.refuse(outcome.problem);
    visit.accept(outcome.rawHeaders, gateway.filter);
    if (rest.length > 0) visit.socket.unshift(rest);
    this.carry(visit, upgrade, outcome.socket);
  }

  private carry(visit: UpgradeVisit, upgrade: Upgrade, service: Duplex): void {
    const tunnel = new Tunnel({ client: visit.socket, service }, this.parts.times.webSocketIdleMs, () => {
      this.tunnels.delete(tunnel);
      upgrade.release();
      visit.end(SWITCHING, tunnel.bytes);
    });
    this.tunnels.set(tunnel, visit);
    tunnel.open();
    if (this.leaving) tunnel.close(GOING_AWAY);
  }

  /** Browsers let every page open a WebSocket to every host, and say which page it is. */
  private isWelcome({ head, caller }: Incoming): boolean {
    if (head.origin === undefined || this.parts.gateway.cors.allows(head.origin)) return true;
    return URL.canParse(head.origin) && new URL(head.origin).host === caller.host;
  }

  /** Some clients offer HTTP/2 with every request and go on without it. */
  private withoutUpgrade({ request, head }: Incoming, socket: Duplex): void {
    if (head.hasBody || head.upgrade?.toLowerCase() === 'websocket') {
      socket.end(wireProblem(PROBLEMS.upgrade), () => socket.destroy());
      return;
    }
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as IncomingMessage['socket']);
    finishAnswers(socket, [response]);
    this.parts.ordinary(request, response);
  }
}

/** It counts among the requests of its caller for as long as it is open. */
function takePlace(visit: UpgradeVisit, running: GatewayParts['running']): boolean {
  if (running === undefined) return true;
  visit.place = running.enter(limitedCaller(visit.incoming.caller, visit.admission?.principal));
  return visit.place !== undefined;
}

/** One request that wants to become a WebSocket, until it is over. */
class UpgradeVisit {
  admission: Admission | undefined;
  place: RunningPlace | undefined;
  private readonly begun = performance.now();
  private over = false;

  constructor(
    readonly incoming: Incoming,
    readonly socket: Duplex,
    private readonly listeners: readonly AccessListener[],
  ) {}

  refuse(problem: Problem): void {
    if (this.over) return;
    const { socket, incoming } = this;
    if (socket.writable) socket.end(wireProblem(problem, incoming.ids.correlationId), () => socket.destroy());
    this.end(problem.status, 0, problem.code);
  }

  accept(rawHeaders: readonly Buffer[], filter: GatewayParts['filter']): void {
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket'];
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = filter.nameOf(String(rawHeaders[at]?.toString('latin1')));
      if (name !== '' && name.toLowerCase() !== 'content-length') lines.push(`${name}: ${rawHeaders[at + 1]?.toString('latin1')}`);
    }
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  }

  end(status: number, bytes: number, code?: string): void {
    if (this.over) return;
    this.over = true;
    this.place?.leave();
    const entry = visitEntry(this, { begun: this.begun, status, bytes, instance: undefined, tries: 1, code });
    for (const listener of this.listeners) listener(entry);
  }
}
