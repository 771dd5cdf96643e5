import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { KafkaSocketFactory } from '../kafka-broker.options.js';

const KEEP_ALIVE_MS = 60_000;

const openSocket: KafkaSocketFactory = ({ host, port, ssl, onConnect }) => {
  const options = { host, port, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  // An address is no name that a server could be asked for.
  const name = isIP(host) === 0 ? { servername: host } : {};
  return ssl ? connectTls({ ...options, ...name, ...ssl }, onConnect) : connect(options, onConnect);
};

/** The connections of one link: kafkajs forgets some that it has opened at the same time as others, and would keep them, and the process, for ever. */
export class LinkSockets {
  private readonly open = new Set<Socket>();
  private ended = false;

  constructor(private readonly given: KafkaSocketFactory = openSocket) {}

  readonly factory: KafkaSocketFactory = (place) => {
    const socket = this.given(place);
    this.open.add(socket);
    socket.on('error', () => undefined).once('close', () => this.open.delete(socket));
    if (this.ended) this.end(socket);
    return socket;
  };

  /** Ends those that are left, whatever is under way on them, and those that are opened later. */
  destroy(): void {
    this.ended = true;
    for (const socket of this.open) this.end(socket);
  }

  /** With an error: kafkajs does not hear of a connection that closes without one, and goes on watching its requests. */
  private end(socket: Socket): void {
    socket.destroy(new Error('the link is closed'));
  }
}
