import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Socket } from 'node:net';
import { type Problem, PROBLEMS } from '../problems/problem.js';
import type { RequestListener } from '../front-door/gateway.js';
import type { ConnectionGuard } from './connection-guard.js';
import { finishAnswers } from './finish-answers.js';
import { wireProblem } from '../problems/wire-problem.js';

export interface GatewayServerOptions {
  readonly guard: ConnectionGuard;
  readonly headerBytes: number;
  readonly headMs: number;
  readonly keepAliveMs: number;
  /** Calls `over` once, behind the end of the request. */
  readonly request: (request: IncomingMessage, response: ServerResponse, over: () => void) => void;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** The request could not be read; a problem was answered where that was possible. */
  readonly malformed: (problem: Problem) => void;
}

interface ParserError extends Error {
  readonly code?: string;
}

/** The listeners that Node calls for what comes over a connection. */
const TAKEN = ['request', 'checkContinue', 'checkExpectation', 'upgrade', 'clientError'] as const;

/** What answered before us, for the routes that are the application's own. */
export function ownListener(server: Server): RequestListener {
  const before = server.listeners('request') as RequestListener[];
  return (request, response) => {
    for (const listener of before) listener.call(server, request, response);
  };
}

/**
 * Puts the gateway in front of all that the server would do with a request: no parser of a framework reads a body, and nothing is answered that the gateway did not see. Call it when the
 * framework has added its own listeners, and before it listens.
 */
export function takeOver(server: Server, options: GatewayServerOptions): void {
  for (const name of TAKEN) server.removeAllListeners(name);
  configure(server, options);
  const { guard } = options;
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    if (!guard.begin(socket, response)) return;
    options.request(request, response, () => guard.end(socket, response));
  };
  server.on('connection', (socket: Socket) => guard.accept(socket));
  server.on('request', handle);
  // Whether "100 Continue" is sent is decided when it is known that the body may come.
  server.on('checkContinue', handle);
  server.on('checkExpectation', handle);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => upgrade({ request, socket, head }, options));
  server.on('clientError', (error: ParserError, socket: Duplex) => refuse(error, socket, options));
  server.on('listening', () => guard.start());
  server.on('close', () => guard.stop());
}

interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

function upgrade({ request, socket, head }: UpgradeRequest, { guard, malformed, upgrade: take }: GatewayServerOptions): void {
  // Node has taken its own listener off; without one an error ends the process.
  socket.on('error', () => socket.destroy());
  const due = guard.giveAway(request.socket);
  if (due === undefined) return;
  if (due.length === 0) return take(request, socket, head);
  // Nothing may be said before what is due, and who asks for another protocol waits for the answers before it.
  malformed(PROBLEMS.malformed);
  finishAnswers(socket, due);
}

function configure(server: Server, options: GatewayServerOptions): void {
  server.keepAliveTimeout = options.keepAliveMs;
  server.headersTimeout = options.headMs;
  // Bodies have limits of their own: by route, and by how long they stand still.
  server.requestTimeout = 0;
  // Beyond its limit Node leaves headers out in silence; ours refuses the request.
  server.maxHeadersCount = 0;
  Object.assign(server, { maxHeaderSize: options.headerBytes, insecureHTTPParser: false, requireHostHeader: true });
}

const PROBLEM_OF: Readonly<Record<string, Problem>> = {
  HPE_HEADER_OVERFLOW: PROBLEMS.headTooLarge,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: PROBLEMS.bodyTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: PROBLEMS.slowRequest,
};

function refuse(error: ParserError, socket: Duplex, { guard, malformed }: GatewayServerOptions): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) {
    socket.destroy();
    return;
  }
  const problem = PROBLEM_OF[error.code ?? ''] ?? PROBLEMS.malformed;
  malformed(problem);
  // Behind an answer that is on its way a problem would be read as part of it.
  if (socket.writable && socket instanceof Socket && guard.isQuiet(socket)) socket.end(wireProblem(problem), () => socket.destroy());
  else socket.destroy();
}
