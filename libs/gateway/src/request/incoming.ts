import type { IncomingMessage } from 'node:http';
import type { HeaderKinds } from '../headers/header-kinds.js';
import { RequestHead } from '../headers/request-head.js';
import { RequestIds } from '../headers/trace-context.js';
import { CallerAddress } from './caller-address.js';
import { type Problem, PROBLEMS } from '../problems/problem.js';
import { NOWHERE, readTarget, type RequestTarget } from './request-target.js';
import type { TrustedProxies } from './trusted-proxies.js';

/** A request, read once: everything behind this works with what stands here. */
export class Incoming {
  readonly method: string;
  readonly head: RequestHead;
  readonly target: RequestTarget;
  readonly caller: CallerAddress;
  readonly ids: RequestIds;
  /** Why it is refused before anybody looks for a route. */
  readonly problem: Problem | undefined;

  constructor(
    readonly request: IncomingMessage,
    { kinds, trusted, limits }: IncomingParts,
  ) {
    const { rawHeaders, url = '', method = '' } = request;
    this.method = method;
    this.head = RequestHead.read(rawHeaders, kinds);
    const target = url.length > limits.targetLength ? undefined : readTarget(url);
    this.target = target ?? NOWHERE;
    this.caller = new CallerAddress(request.socket, this.head, trusted);
    this.ids = new RequestIds(this.head.correlationId, this.head.traceparent);
    this.problem = firstProblem(request, this.head, target, limits);
  }
}

export interface IncomingParts {
  readonly kinds: HeaderKinds;
  readonly trusted: TrustedProxies;
  readonly limits: IncomingLimits;
}

export interface IncomingLimits {
  readonly targetLength: number;
  readonly headers: number;
  readonly bodyBytes: number;
}

/** `TRACE` would show the client what only services may see; the others are not of HTTP APIs. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

function firstProblem(
  request: IncomingMessage,
  head: RequestHead,
  target: RequestTarget | undefined,
  limits: IncomingLimits,
): Problem | undefined {
  const { url = '', rawHeaders } = request;
  if (url.length > limits.targetLength) return PROBLEMS.targetTooLong;
  if (rawHeaders.length > limits.headers * 2) return PROBLEMS.headTooLarge;
  if (target === undefined) return head.problem ?? PROBLEMS.target;
  return head.problem ?? problemOfForm(request, head, limits);
}

function problemOfForm(
  { method = '', httpVersion }: IncomingMessage,
  { chunked, contentLength = 0 }: RequestHead,
  { bodyBytes }: IncomingLimits,
): Problem | undefined {
  if (!METHODS.has(method)) return PROBLEMS.methodUnknown;
  // Chunks are unknown to HTTP/1.0: whoever sends them there means to be misread.
  if (chunked && httpVersion !== '1.1') return PROBLEMS.head;
  return contentLength > bodyBytes ? PROBLEMS.bodyTooLarge : undefined;
}
