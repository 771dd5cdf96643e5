import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';

/** A server that counts who connects, and answers as it is told. */
export interface CountingListener {
  readonly port: number;
  readonly address: string;
  /** How many connections were made. */
  readonly connections: () => number;
  /** What was asked for, with its headers. */
  readonly requests: readonly { readonly path: string; readonly headers: Readonly<Record<string, unknown>> }[];
  /** From now on: answers with this status, or not at all. @default 200 */
  answer(how: number | 'never', headers?: Readonly<Record<string, string>>): void;
  /** Refuses connections from now on; those that are open end. Idempotent. */
  close(): Promise<void>;
}

/** Listens on a free port of loopback, or on the given one. */
export async function countingListener(port = 0): Promise<CountingListener> {
  const requests: { path: string; headers: Readonly<Record<string, unknown>> }[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let how: number | 'never' = 200;
  let headers: Readonly<Record<string, string>> = {};
  const server: Server = createServer((request, response: ServerResponse) => {
    requests.push({ path: request.url ?? '', headers: request.headers });
    if (how !== 'never') response.writeHead(how, headers).end('{}');
  });
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = (server.address() as { port: number }).port;
  return {
    port: bound,
    address: `http://127.0.0.1:${bound}`,
    connections: () => connections,
    requests,
    answer: (given, with_ = {}) => {
      [how, headers] = [given, with_];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** The positive control of tests that count connections: one of our own is counted. */
export async function connectOnce({ port }: CountingListener): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
