import type { IncomingMessage } from 'node:http';
import type { ServiceTokenMinter } from '@minos/auth';
import type { InstanceLease, InstancePicker, Picked, RetryBudget } from '../contracts/balancing.js';
import { isPromise } from '../admission/authenticator.js';
import { type Problem, PROBLEMS, withHeaders } from '../problems/problem.js';
import { DEADLINE_HEADER } from '../headers/service-headers.js';
import type { AdmittedRequest } from './admitted-request.js';
import type { AnswerSink } from './answer-sink.js';
import { upstreamPath } from '../routes/upstream-path.js';
import { drainsAway } from './drains-away.js';
import { readWhole, Upload } from './upload.js';
import { type CallListener, UpstreamCall } from './upstream-call.js';
import type { UpstreamPools } from './upstream-pools.js';

export interface ExchangeParts {
  readonly pools: UpstreamPools;
  readonly picker: InstancePicker;
  readonly budget: RetryBudget;
  /** `undefined`: services get no token. */
  readonly minter: ServiceTokenMinter | undefined;
  readonly limits: ExchangeLimits;
}

export interface ExchangeLimits {
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly bodyBytes: number;
  /** Up to this size a body is read whole before it goes on, so that it can be sent again. */
  readonly heldBodyBytes: number;
  readonly tries: number;
}

const EVENT_STREAM = 'text/event-stream';
/** Change nothing, so that they can be sent again on a route of every method, too. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const NONE: ReadonlySet<string> = new Set();

/** One request on its way to a service and back, with all its tries. */
export class Exchange implements CallListener {
  /** How often it was sent. */
  tries = 0;
  instance: string | undefined;
  /** Where it was sent before. */
  private tried: ReadonlySet<string> = NONE;
  private call: UpstreamCall | undefined;
  private body: Buffer | Upload | undefined;
  private timer: NodeJS.Timeout | undefined;
  private deadline = 0;
  private over = false;
  private answering = false;

  constructor(
    private readonly admitted: AdmittedRequest,
    private readonly answer: AnswerSink,
    private readonly parts: ExchangeParts,
  ) {}

  start(): void {
    const { route, head, source } = this.admitted;
    const { limits } = this.parts;
    const timeout = route.timeoutMs ?? limits.timeoutMs;
    this.deadline = performance.now() + timeout;
    this.timer = setTimeout(() => this.expire(), timeout);
    if (head.hasBody && source !== undefined) this.takeBody(source);
    else this.attempt();
  }

  /** The client is gone. */
  abandon(): void {
    if (this.over) return;
    this.finish();
    this.call?.cancel('cancelled');
    if (this.body instanceof Upload) this.body.destroy();
  }

  /** The client has taken what it got. */
  drained(): void {
    this.answer.drained();
    this.call?.resume();
  }

  informed(status: number, rawHeaders: readonly Buffer[]): void {
    this.answer.inform(status, rawHeaders);
  }

  answered(status: number, rawHeaders: readonly Buffer[]): boolean {
    // In this order: whoever may repeat has taken from the budget.
    if (status === 503 && this.call !== undefined && drainsAway(this.call.lease.instance, rawHeaders) && this.mayRepeat()) {
      this.call.cancel('failed');
      this.attempt();
      return true;
    }
    clearTimeout(this.timer);
    this.answering = true;
    this.answer.head(status, rawHeaders);
    return true;
  }

  data(chunk: Buffer): boolean {
    return this.answer.data(chunk);
  }

  ended(rawTrailers: readonly (string | Buffer)[]): void {
    this.finish();
    this.answer.end(rawTrailers);
  }

  failed(call: UpstreamCall): void {
    if (this.over) return;
    const fault = this.body instanceof Upload ? this.body.fault : undefined;
    if (this.answering) {
      this.finish();
      this.answer.cut();
    } else if (fault === 'too-large') this.refuse(PROBLEMS.bodyTooLarge);
    else if (fault === 'cut') this.refuse(PROBLEMS.malformed);
    else if (call.sent ? this.mayRepeat() : this.mayTryElsewhere()) this.attempt();
    else this.refuse(call.sent ? PROBLEMS.badGateway : PROBLEMS.notSent);
  }

  private takeBody(source: IncomingMessage): void {
    const { head } = this.admitted;
    const { limits } = this.parts;
    if (head.expectContinue) this.answer.proceed();
    if (head.contentLength === undefined || head.contentLength > limits.heldBodyBytes) {
      this.body = new Upload(source, limits.bodyBytes);
      this.attempt();
      return;
    }
    const taken = (body: Buffer): void => {
      this.body = body;
      if (!this.over) this.attempt();
    };
    readWhole(source, taken, () => this.refuse(PROBLEMS.malformed));
  }

  private attempt(): void {
    const { route } = this.admitted;
    if (this.instance !== undefined) this.tried = new Set([...this.tried, this.instance]);
    const picked = this.parts.picker.pick({ service: route.service, only: route.instances, exclude: this.tried });
    if (picked.kind === 'refused') return this.refuse(unavailable(picked));
    const { lease } = picked;
    if (this.tries === 0) this.parts.budget.sent(route.service);
    this.tries++;
    this.authorise(lease);
  }

  /** The token that the service believes. */
  private authorise(lease: InstanceLease): void {
    const { minter } = this.parts;
    if (minter === undefined) return this.send(lease, undefined);
    const failed = (): void => {
      lease.done('cancelled');
      this.refuse(withHeaders(PROBLEMS.tokenUnavailable, 'Retry-After', '1'));
    };
    try {
      const token = minter.mint(this.admitted.principal, this.admitted.route.service);
      if (isPromise(token)) token.then((minted) => this.send(lease, minted), failed);
      else this.send(lease, token);
    } catch {
      failed();
    }
  }

  private send(lease: InstanceLease, token: string | undefined): void {
    if (this.over) return lease.done('cancelled');
    const { method, head } = this.admitted;
    const headers = [...this.admitted.headers, DEADLINE_HEADER, String(Math.max(1, Math.round(this.deadline - performance.now())))];
    if (token !== undefined) headers.push('authorization', `Bearer ${token}`);
    if (this.body instanceof Upload && head.contentLength !== undefined) headers.push('content-length', String(head.contentLength));
    const { instance } = lease;
    this.instance = instance.instance;
    this.call = new UpstreamCall(lease, this.parts.pools.of(instance), this);
    this.call.dispatch({
      path: this.path,
      method,
      headers,
      body: this.body ?? null,
      bodyTimeout: head.accept?.includes(EVENT_STREAM) === true ? 0 : this.parts.limits.idleTimeoutMs,
    });
  }

  /** What was authorised, and the query. */
  private get path(): string {
    const { target, route } = this.admitted;
    const path = route.rewrite === undefined ? target.path : upstreamPath(route, target.segments);
    return target.query === '' ? path : path + target.query;
  }

  /** Again, although the service may have handled it. */
  private mayRepeat(): boolean {
    const { route, head, method } = this.admitted;
    const harmless = route.repeatable || head.idempotencyKey || (route.method === '*' && SAFE.has(method));
    return harmless && this.mayTryElsewhere() && this.parts.budget.take(route.service);
  }

  private mayTryElsewhere(): boolean {
    if (this.tries >= this.parts.limits.tries) return false;
    return !(this.body instanceof Upload) || (!this.body.consumed && !this.body.destroyed);
  }

  private refuse(problem: Problem): void {
    if (this.over) return;
    this.finish();
    if (this.body instanceof Upload) this.body.destroy();
    this.answer.refuse(problem, this.admitted.ids.correlationId);
  }

  /** The time of the route is over. */
  private expire(): void {
    const arriving = this.admitted.head.hasBody && this.admitted.source?.complete === false;
    const { call } = this;
    this.refuse(arriving ? PROBLEMS.slowRequest : PROBLEMS.timeout);
    call?.cancel(arriving ? 'cancelled' : 'failed');
  }

  private finish(): void {
    this.over = true;
    clearTimeout(this.timer);
  }
}

function unavailable(picked: Extract<Picked, { kind: 'refused' }>): Problem {
  return withHeaders(PROBLEMS.unavailable, 'Retry-After', String(Math.max(1, Math.ceil(picked.retryAfterMs / 1000))));
}
