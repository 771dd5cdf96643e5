import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionLimiter } from '../contracts/limits.js';
import { peerAddress } from '../request/caller-address.js';
import type { TrustedProxies } from '../request/trusted-proxies.js';
import { wireProblem } from '../problems/wire-problem.js';
import { PROBLEMS, withHeaders } from '../problems/problem.js';

export interface ConnectionGuardOptions {
  /** Counts per address and in all. */
  readonly limiter: ConnectionLimiter;
  /** Many clients come through one of these, so that its connections are not those of one. */
  readonly trusted: TrustedProxies;
  /** How long the head of a request may take. */
  readonly headMs: number;
}

/** `head`: the head of a request is awaited, or on its way. `busy`: a request runs, or the connection is none of HTTP any more. `idle`: kept without a request. */
interface Connection {
  phase: 'head' | 'busy' | 'idle';
  since: number;
  /** Of requests that are not over. */
  readonly answers: ServerResponse[];
  /** Bytes that had come when it became idle: more of them are the beginning of a request. */
  bytes: number;
}

const LOOK_MS = 1_000;
const REFUSED = wireProblem(withHeaders(PROBLEMS.tooManyConnections, 'Retry-After', '1'));
const TOO_SLOW = wireProblem(PROBLEMS.slowRequest);

/**
 * Bounds the connections, and the time that each may take to say what it wants. One look a second at all of them: a timer for each would cost more than what it guards against.
 */
export class ConnectionGuard {
  private readonly connections = new Map<Socket, Connection>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ConnectionGuardOptions) {}

  get open(): number {
    return this.connections.size;
  }

  start(): void {
    this.timer ??= setInterval(() => this.look(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Ends all connections at once, those too that the server has given away: WebSockets, and who asks for one. */
  cut(): void {
    for (const socket of this.connections.keys()) socket.destroy();
  }

  /** A new connection. */
  accept(socket: Socket): void {
    const address = peerAddress(socket);
    const release = this.options.limiter.open(this.options.trusted.has(address) ? undefined : address);
    if (release === undefined) {
      socket.on('error', ignore);
      socket.end(REFUSED, () => socket.destroy());
      return;
    }
    const answers: ServerResponse[] = [];
    this.connections.set(socket, { phase: 'head', since: performance.now(), answers, bytes: 0 });
    socket.once('close', () => {
      this.connections.delete(socket);
      release();
      for (const answer of answers) closeWaiting(answer);
    });
  }

  /** The head of a request is there; `false`: the connection was refused, and what comes on it is nobody's. Each answer hears `close`, also where it waits behind another one. */
  begin(socket: Socket, answer: ServerResponse): boolean {
    const connection = this.connections.get(socket);
    if (connection === undefined) return false;
    connection.answers.push(answer);
    connection.phase = 'busy';
    return true;
  }

  /** A request is over. */
  end(socket: Socket, answer: ServerResponse): void {
    const connection = this.connections.get(socket);
    if (connection === undefined) return;
    const { answers } = connection;
    const at = answers.indexOf(answer);
    if (at >= 0) answers.splice(at, 1);
    if (answers.length > 0) return;
    connection.phase = 'idle';
    connection.bytes = socket.bytesRead;
  }

  /** The connection is none of HTTP any more. Answers what is still due on it; `undefined`: the connection was refused. */
  giveAway(socket: Socket): readonly ServerResponse[] | undefined {
    const connection = this.connections.get(socket);
    if (connection === undefined) return undefined;
    connection.phase = 'busy';
    return [...connection.answers];
  }

  /** Whether nothing was answered on it that a problem could run into. */
  isQuiet(socket: Socket): boolean {
    return this.connections.get(socket)?.phase !== 'busy';
  }

  private look(): void {
    const now = performance.now();
    for (const [socket, connection] of this.connections) {
      if (connection.phase === 'idle' && socket.bytesRead > connection.bytes) {
        connection.phase = 'head';
        connection.since = now;
      } else if (connection.phase === 'head' && now - connection.since > this.options.headMs) {
        // Not looked at again; whoever does not even take this is cut.
        connection.phase = 'busy';
        socket.end(TOO_SLOW, () => socket.destroy());
      }
    }
  }
}

/** Of its end Node tells only the answer whose turn it is: those that wait behind it would never be over, nor what they hold. */
function closeWaiting(answer: ServerResponse): void {
  if (answer.socket !== null || answer.writableFinished) return;
  answer.destroy();
  answer.emit('close');
}

function ignore(): void {
  // The other side left before it was refused.
}
