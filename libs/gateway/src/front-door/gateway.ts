import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Principal } from '@minos/common';
import type { AccessListener } from '../access-log/access-entry.js';
import { type Admission, admit, type AdmissionParts, limitedCaller, ownPathRefusal } from '../admission/admission.js';
import { isPromise } from '../admission/authenticator.js';
import type { Lasting } from '../admission/token-sweep.js';
import { Composer } from '../compose/composer.js';
import type { ComposedRoute } from '../compose/composed-route.options.js';
import type { CompressionSettings } from '../compression/content-coding.js';
import type { ConnectionLimiter, RunningLimiter } from '../contracts/limits.js';
import type { Route } from '../contracts/routes.js';
import type { Cors } from '../cors/cors.js';
import { type CookieNames, cookiesFor } from '../headers/cookies.js';
import type { ResponseHeaderFilter } from '../headers/response-headers.js';
import { serviceHeaders } from '../headers/service-headers.js';
import { PROBLEMS, withHeaders } from '../problems/problem.js';
import { AnswerWriter, type AnswerWriterParts } from '../proxy/answer-writer.js';
import { AdmittedRequest } from '../proxy/admitted-request.js';
import { Exchange, type ExchangeParts } from '../proxy/exchange.js';
import { Incoming, type IncomingParts } from '../request/incoming.js';
import { OpenList } from './open-list.js';
import { Visit } from './visit.js';
import { visitEntry } from './visit-entry.js';

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

export interface GatewayParts {
  readonly incoming: IncomingParts;
  readonly admission: AdmissionParts;
  readonly exchange: ExchangeParts;
  readonly filter: ResponseHeaderFilter;
  /** Counts requests that take a place at a service; `undefined`: as many as come. */
  readonly running: RunningLimiter | undefined;
  /** Counts bodies that go through as they come. */
  readonly uploads: ConnectionLimiter;
  /** Routes that are answered from several others. */
  readonly composed: readonly ComposedRoute[];
  readonly clock: Clock;
  readonly compression: CompressionSettings;
  readonly cors: Cors;
  /** Names of the cookies that services get. */
  readonly cookies: CookieNames | 'all';
  /** Paths that the application answers itself: each, and all below it. */
  readonly ownPaths: readonly string[];
  /** Where `/` leads while it is no route; `undefined`: nowhere. */
  readonly home: string | undefined;
  /** What answers them. */
  readonly own: RequestListener;
  readonly listeners: readonly AccessListener[];
}

const CLIENT_LEFT = 499;

/** Takes requests from the server, and answers each of them: by a service, by the application's own routes, or with a problem. */
export class Gateway {
  private readonly visits = new OpenList<Visit>();
  private readonly composer: Composer;
  private readonly writer: AnswerWriterParts;
  private leaves = false;

  constructor(private readonly parts: GatewayParts) {
    this.composer = new Composer(parts);
    const { filter, compression } = parts;
    this.writer = { filter, compression, idleTimeoutMs: parts.exchange.limits.idleTimeoutMs, leaving: () => this.leaves };
  }

  /** Requests that are not over. */
  get running(): number {
    return this.visits.size;
  }

  /** Answers that have begun. */
  *lasting(): Iterable<Lasting> {
    for (const { answer, incoming, admission, exchange } of this.visits) {
      if (!answer.begun) continue;
      yield {
        authorization: incoming.head.authorization,
        principal: admission?.principal,
        endsWithToken: answer.isEventStream,
        end: () => {
          exchange?.abandon();
          answer.stop(PROBLEMS.tokenRefused.code);
        },
      };
    }
  }

  /** From now on each answer asks its client to leave the connection. */
  leave(): void {
    this.leaves = true;
  }

  /** Takes one request, and calls `over` behind its end. Never throws. */
  handle(request: IncomingMessage, response: ServerResponse, over: () => void): void {
    const incoming = new Incoming(request, this.parts.incoming);
    if (incoming.problem === undefined && this.isOwn(incoming.target.path)) return this.handleOwn(incoming, response, over);
    const visit = this.open(incoming, response, over);
    if (incoming.problem !== undefined) {
      // Whatever comes behind it may be part of it.
      response.shouldKeepAlive = false;
      return visit.answer.refuse(incoming.problem, incoming.ids.correlationId);
    }
    if (isPreflight(incoming)) return visit.answer.empty(204, this.parts.cors.preflight(incoming.head.origin ?? ''));
    try {
      const admission = admit(incoming, this.parts.admission);
      if (isPromise(admission)) admission.then((found) => this.proceedLate(visit, found)).catch(() => this.fault(visit));
      else this.proceed(visit, admission);
    } catch {
      this.fault(visit);
    }
  }

  private handleOwn(incoming: Incoming, response: ServerResponse, over: () => void): void {
    const { admission, exchange, own } = this.parts;
    const { request, ids } = incoming;
    const refusal = ownPathRefusal(incoming, admission);
    if (refusal !== undefined) return this.open(incoming, response, over).answer.refuse(refusal, ids.correlationId);
    response.on('close', over);
    response.setHeader('X-Request-Id', ids.requestId).setHeader('X-Correlation-Id', ids.correlationId);
    // Who takes no answer keeps no connection, as everywhere else.
    response.setTimeout(exchange.limits.idleTimeoutMs, () => request.socket.destroy());
    own(request, response);
  }

  private open(incoming: Incoming, response: ServerResponse, over: () => void): Visit {
    const answer = new AnswerWriter(incoming.request, response, this.writer, incoming.head.hasBody);
    answer.headers.push('X-Request-Id', incoming.ids.requestId, 'X-Correlation-Id', incoming.ids.correlationId);
    if (!isPreflight(incoming)) answer.headers.push(...this.parts.cors.headers(incoming.head.origin));
    const visit = new Visit(incoming, answer, over);
    this.visits.add(visit);
    response.on('close', () => this.close(visit));
    return visit;
  }

  /** Where the client left meanwhile, what was taken now would never be given back. */
  private proceedLate(visit: Visit, admission: Admission): void {
    if (visit.isOpen) this.proceed(visit, admission);
  }

  private proceed(visit: Visit, admission: Admission): void {
    const { incoming, answer } = visit;
    const { route, principal, problem } = admission;
    visit.admission = admission;
    if (problem === PROBLEMS.notFound && this.leadsHome(incoming))
      return answer.empty(302, ['Location', this.parts.home ?? '/', 'Content-Length', '0']);
    if (problem !== undefined || route === undefined) return answer.refuse(problem ?? PROBLEMS.notFound, incoming.ids.correlationId);
    if (route.source === 'composed') return this.compose(visit, route, principal);
    const { head, caller, ids } = incoming;
    if (!this.takePlace(visit, principal)) return answer.refuse(PROBLEMS.tooManyRunning, ids.correlationId);
    if (!this.takeUpload(visit)) return answer.refuse(withHeaders(PROBLEMS.tooManyUploads, 'Retry-After', '1'), ids.correlationId);
    const headers = serviceHeaders(head, { caller, ids, cookie: cookiesFor(head.cookie, this.parts.cookies) });
    const exchange = new Exchange(new AdmittedRequest(incoming, route, principal, headers), answer, this.parts.exchange);
    visit.exchange = exchange;
    answer.onDrain = () => exchange.drained();
    exchange.start();
  }

  /** One caller alone must not be able to fill a service. */
  private takePlace(visit: Visit, principal: Principal | undefined): boolean {
    const { running } = this.parts;
    if (running === undefined) return true;
    visit.place = running.enter(limitedCaller(visit.incoming.caller, principal));
    return visit.place !== undefined;
  }

  /** A body that is read whole before it goes on keeps no place at an instance; of all others only so many are let through. */
  private takeUpload({ incoming, answer }: Visit): boolean {
    const { uploads, exchange } = this.parts;
    const { head, request, caller } = incoming;
    if (!head.hasBody || (head.contentLength ?? Infinity) <= exchange.limits.heldBodyBytes) return true;
    const release = uploads.open(caller.address);
    if (release === undefined) return false;
    request.once('end', release);
    answer.response.once('close', release);
    return true;
  }

  /** Several routes in one answer. */
  private compose(visit: Visit, route: Route, principal: Principal | undefined): void {
    const { incoming, answer } = visit;
    const gone = new AbortController();
    answer.response.once('close', () => gone.abort());
    this.composer
      .answer({ incoming, route, principal }, gone.signal)
      .then((composed) => {
        if (!visit.isOpen) return;
        if ('problem' in composed) answer.refuse(composed.problem, incoming.ids.correlationId);
        else answer.json(composed.status, composed.body, composed.type);
      })
      .catch(() => this.fault(visit));
  }

  private fault(visit: Visit): void {
    if (visit.isOpen) visit.answer.refuse(PROBLEMS.internal, visit.incoming.ids.correlationId);
  }

  private close(visit: Visit): void {
    if (!this.visits.delete(visit)) return;
    visit.over();
    visit.exchange?.abandon();
    visit.place?.leave();
    visit.answer.drained();
    const { response, bytes, problemCode } = visit.answer;
    const entry = visitEntry(visit, {
      begun: visit.begun,
      status: response.writableFinished ? response.statusCode : CLIENT_LEFT,
      bytes,
      instance: visit.exchange?.instance,
      tries: visit.exchange?.tries ?? 0,
      code: problemCode,
    });
    for (const listener of this.parts.listeners) listener(entry);
  }

  private leadsHome({ method, target }: Incoming): boolean {
    return this.parts.home !== undefined && target.segments.length === 0 && (method === 'GET' || method === 'HEAD');
  }

  private isOwn(path: string): boolean {
    return this.parts.ownPaths.some((own) => path.startsWith(own) && (path.length === own.length || path.charCodeAt(own.length) === 0x2f));
  }
}

function isPreflight({ method, head }: Incoming): boolean {
  return method === 'OPTIONS' && head.preflight && head.origin !== undefined;
}
