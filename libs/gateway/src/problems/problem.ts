import { STATUS_CODES } from 'node:http';

/** What a client is told where the gateway itself answers. Names no host, no service address and no cause inside. */
export interface Problem {
  readonly status: number;
  /** Stable; listed in `docs/gateway.md`. */
  readonly code: string;
  readonly detail: string;
  /** Names and values in turn. @default none */
  readonly headers?: readonly string[];
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

function problem(status: number, code: string, detail: string): Problem {
  return Object.freeze({ status, code, detail });
}

/** The answers of the gateway, by what led to them. */
export const PROBLEMS = {
  target: problem(400, 'GATEWAY_TARGET_REFUSED', 'The path of the request can be read in more than one way.'),
  head: problem(400, 'GATEWAY_HEAD_REFUSED', 'The headers of the request can be read in more than one way.'),
  malformed: problem(400, 'GATEWAY_REQUEST_MALFORMED', 'The request is no valid HTTP.'),
  methodUnknown: problem(501, 'GATEWAY_METHOD_UNKNOWN', 'The method is not known here.'),
  tooManyConnections: problem(503, 'GATEWAY_TOO_MANY_CONNECTIONS', 'Too many connections are open.'),
  tooManyUploads: problem(503, 'GATEWAY_TOO_MANY_UPLOADS', 'Too many large bodies are on their way. Try again.'),
  transferCoding: problem(501, 'GATEWAY_TRANSFER_CODING', 'Of transfer codings only "chunked" is known here.'),
  unauthenticated: problem(401, 'GATEWAY_UNAUTHENTICATED', 'This needs an access token.'),
  tokenRefused: problem(401, 'GATEWAY_TOKEN_REFUSED', 'The access token is not valid, or not any more.'),
  originRefused: problem(403, 'GATEWAY_ORIGIN_REFUSED', 'Pages of this origin may not open WebSockets here.'),
  upgradeRefused: problem(400, 'GATEWAY_UPGRADE_REFUSED', 'The service does not open a WebSocket here.'),
  upgrade: problem(400, 'GATEWAY_UPGRADE_UNKNOWN', 'Of other protocols only WebSocket, version 13, is known here.'),
  forbidden: problem(403, 'GATEWAY_FORBIDDEN', 'The caller may not do this.'),
  notFound: problem(404, 'GATEWAY_ROUTE_NOT_FOUND', 'Nothing is here.'),
  method: problem(405, 'GATEWAY_METHOD_NOT_ALLOWED', 'The path is here, but not with this method.'),
  slowRequest: problem(408, 'GATEWAY_REQUEST_TIMEOUT', 'The request did not arrive in time.'),
  bodyTooLarge: problem(413, 'GATEWAY_BODY_TOO_LARGE', 'The body is larger than it may be.'),
  targetTooLong: problem(414, 'GATEWAY_TARGET_TOO_LONG', 'The path and query are longer than they may be.'),
  expectation: problem(417, 'GATEWAY_EXPECTATION', 'Of expectations only "100-continue" is known here.'),
  tooManyRunning: withHeaders(
    problem(429, 'GATEWAY_TOO_MANY_RUNNING', 'Too many requests from here are not over yet. Try again.'),
    'Retry-After',
    '1',
  ),
  tooMany: problem(429, 'GATEWAY_TOO_MANY_REQUESTS', 'Too many requests came from here. Try again later.'),
  headTooLarge: problem(431, 'GATEWAY_HEAD_TOO_LARGE', 'The headers are larger or more than they may be.'),
  badGateway: problem(502, 'GATEWAY_UPSTREAM_FAILED', 'The service gave no valid answer. Whether the request took effect is not known.'),
  notSent: problem(502, 'GATEWAY_UPSTREAM_UNREACHABLE', 'The service could not be reached. The request took no effect.'),
  keysUnavailable: problem(503, 'GATEWAY_KEYS_UNAVAILABLE', 'The access token cannot be verified at the moment. Try again.'),
  tokenUnavailable: problem(503, 'GATEWAY_NOT_READY', 'The gateway cannot vouch for callers at the moment. Try again.'),
  unavailable: problem(503, 'GATEWAY_SERVICE_UNAVAILABLE', 'The service cannot take the request at the moment. Try again.'),
  partLate: problem(503, 'COMPOSITION_PART_LATE', 'A part that the answer cannot do without did not come in time. Try again.'),
  timeout: problem(504, 'GATEWAY_UPSTREAM_TIMEOUT', 'The service did not answer in time. Whether the request took effect is not known.'),
  internal: problem(500, 'GATEWAY_FAULT', 'The request could not be handled because of a fault on our side.'),
} as const;

/** `found` with headers of its own, such as `Retry-After`. */
export function withHeaders(found: Problem, ...headers: readonly string[]): Problem {
  return { ...found, headers: [...(found.headers ?? []), ...headers] };
}

/** The body, RFC 9457. */
export function problemBody({ status, code, detail }: Problem, correlationId: string | undefined): string {
  return JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code, correlationId });
}
