import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can stand still: connections stay open, and nothing passes. */
export interface PausingProxy {
  /** The server's URL with the proxy's address. */
  readonly url: string;
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

/** In front of the server of this URL. */
export async function pausingProxy(serverUrl: string): Promise<PausingProxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let paused = false;
  const track = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    if (paused) socket.pause();
    socket.on('data', (bytes) => other.write(bytes));
    socket.on('error', () => other.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    track(client, upstream);
    track(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const each = (work: (socket: Socket) => void): void => {
    for (const socket of sockets) work(socket);
  };
  return {
    url: atPort(serverUrl, (server.address() as { port: number }).port),
    pause: () => {
      paused = true;
      each((socket) => socket.pause());
    },
    resume: () => {
      paused = false;
      each((socket) => socket.resume());
    },
    close: () => {
      each((socket) => socket.destroy());
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function atPort(serverUrl: string, port: number): string {
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return url.href;
}
