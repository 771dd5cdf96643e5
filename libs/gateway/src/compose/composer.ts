import type { Principal } from '@minos/common';
import type { PartAnswer, PartRequest } from '../contracts/compose.js';
import type { Route } from '../contracts/routes.js';
import { admitAs, limitedCaller } from '../admission/admission.js';
import type { Incoming } from '../request/incoming.js';
import { type Problem, PROBLEM_CONTENT_TYPE, PROBLEMS, withHeaders } from '../problems/problem.js';
import { readTarget, type RequestTarget } from '../request/request-target.js';
import { RequestHead } from '../headers/request-head.js';
import { serviceHeaders } from '../headers/service-headers.js';
import { AdmittedRequest } from '../proxy/admitted-request.js';
import { Exchange } from '../proxy/exchange.js';
import { parametersOf } from '../routes/upstream-path.js';
import { CollectedAnswer } from './collected-answer.js';
import { composeParts } from './compose-parts.js';
import type { ComposerParts } from './composer-parts.js';

/** A request for a composed route, admitted. */
export interface ComposedVisit {
  readonly incoming: Incoming;
  readonly route: Route;
  readonly principal: Principal | undefined;
}

export type ComposedAnswer = { readonly problem: Problem } | { readonly status: number; readonly body: string; readonly type: string };

/** Of the client's headers those that say how an answer should be, not what is asked for. */
const PASSED_ON = new Set(['accept-language', 'minos-consistency']);

/** Answers composed routes: each part is a request to this gateway, made on behalf of the caller, without going over the network for it. */
export class Composer {
  constructor(private readonly parts: ComposerParts) {}

  /** Rejects where the client left. */
  async answer({ incoming, route, principal }: ComposedVisit, signal: AbortSignal): Promise<ComposedAnswer> {
    const composed = this.parts.composed.find((one) => one.route.path === route.path);
    if (composed === undefined) return { problem: PROBLEMS.notFound };
    const request = { parameters: parametersOf(route, incoming.target.segments), query: new URLSearchParams(incoming.target.query) };
    const outcome = await composeParts(
      composed,
      request,
      { clock: this.parts.clock, fetchPart: (part) => this.fetchPart(part, incoming, principal) },
      { milliseconds: route.timeoutMs ?? this.parts.exchange.limits.timeoutMs, signal },
    );
    switch (outcome.kind) {
      case 'composed':
        return { status: 200, body: JSON.stringify(outcome.body), type: 'application/json' };
      case 'failed':
        return failure(outcome.answer);
      case 'late':
        return { problem: withHeaders(PROBLEMS.partLate, 'Retry-After', '1') };
    }
  }

  private fetchPart(part: PartRequest, incoming: Incoming, principal: Principal | undefined): Promise<PartAnswer> {
    const target = readTarget(part.target);
    if (target === undefined) throw new TypeError(`Part "${part.part}" asks for a path that can be read in more than one way.`);
    const { route, problem } = admitAs({ method: 'GET', target, caller: incoming.caller }, principal, this.parts.admission);
    if (problem !== undefined || route === undefined) return refused(problem ?? PROBLEMS.notFound, incoming.ids);
    if (route.source === 'composed') throw new TypeError(`Part "${part.part}" asks for a composed route, which could ask for itself.`);
    return this.ask(part, incoming, { route, principal, target });
  }

  private ask(
    { signal, milliseconds }: PartRequest,
    { head: asked, caller, ids }: Incoming,
    { route, principal, target }: { readonly route: Route; readonly principal: Principal | undefined; readonly target: RequestTarget },
  ): Promise<PartAnswer> {
    signal.throwIfAborted();
    const head = new RequestHead();
    for (let at = 0; at < asked.kept.length; at += 2) {
      const name = asked.kept[at] as string;
      if (PASSED_ON.has(name.toLowerCase())) head.kept.push(name, asked.kept[at + 1] as string);
    }
    head.kept.push('accept', 'application/json');
    const headers = serviceHeaders(head, { caller, ids, cookie: undefined });
    const timed = { ...route, timeoutMs: Math.min(milliseconds, route.timeoutMs ?? milliseconds) };
    const place = this.parts.running?.enter(limitedCaller(caller, principal));
    if (place === undefined && this.parts.running !== undefined) return refused(PROBLEMS.tooManyRunning, ids);
    const answer = new Promise<PartAnswer>((resolve, reject) => {
      const admitted = new AdmittedRequest({ method: 'GET', request: undefined, head, target, ids }, timed, principal, headers);
      const exchange = new Exchange(admitted, new CollectedAnswer(resolve, reject), this.parts.exchange);
      const stop = (): void => {
        exchange.abandon();
        place?.leave();
      };
      signal.addEventListener('abort', stop, { once: true });
      exchange.start();
    });
    return answer.finally(() => place?.leave());
  }
}

/** A part that no service is asked for. */
function refused(problem: Problem, { correlationId }: Incoming['ids']): Promise<PartAnswer> {
  return new Promise((resolve, reject) => new CollectedAnswer(resolve, reject).refuse(problem, correlationId));
}

/** What a part that must not be missing was answered is the answer of the whole. */
function failure({ status, body }: PartAnswer): ComposedAnswer {
  if (body === undefined) return { problem: { ...PROBLEMS.badGateway, status } };
  return { status, body: JSON.stringify(body), type: PROBLEM_CONTENT_TYPE };
}
