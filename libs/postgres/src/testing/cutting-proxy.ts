import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where a connection is cut: before what the client sends next reaches the server, or after it, when the server answers. */
export type Cut = 'request' | 'answer';

export interface CutOptions {
  /** Cuts only at a request whose bytes contain this text, for example `commit`. @default the next request */
  readonly containing?: string;
}

/** A connection to a server that can be cut at the worst moment. */
export interface CuttingProxy {
  /** The server's URL with the proxy's address. */
  readonly url: string;
  /** Cuts the first connection that comes to the given point, once. Resolves when it has happened. */
  cut(where: Cut, options?: CutOptions): Promise<void>;
  /** Cuts all connections now. */
  cutAll(): void;
  close(): Promise<void>;
}

interface Order extends CutOptions {
  readonly where: Cut;
  readonly done: () => void;
}

/**
 * Forwards bytes to the PostgreSQL server of `serverUrl` until it is told to cut. With `answer` the server has received the statement and answers it,
 * and the client never hears of it: the moment in which nobody knows whether a COMMIT took place.
 */
export async function cuttingProxy(serverUrl: string): Promise<CuttingProxy> {
  const proxy = new Proxy(new URL(serverUrl));
  await proxy.listen();
  return proxy;
}

class Proxy implements CuttingProxy {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private order: Order | undefined;
  private port = 0;

  constructor(private readonly target: URL) {
    this.server = createServer((client) => this.forward(client));
  }

  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.href;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', () => {
        this.port = (this.server.address() as { port: number }).port;
        resolve();
      });
    });
  }

  cut(where: Cut, options: CutOptions = {}): Promise<void> {
    return new Promise((done) => (this.order = { ...options, where, done }));
  }

  cutAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  close(): Promise<void> {
    this.cutAll();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private forward(client: Socket): void {
    const server = connect(Number(this.target.port || 5432), this.target.hostname);
    let swallowing: Order | undefined;
    const end = (): void => void (client.destroy(), server.destroy());
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => (this.sockets.delete(socket), end()));
    }
    client.on('data', (bytes) => {
      const order = this.take(bytes);
      if (order?.where === 'request') return (end(), order.done());
      swallowing ??= order;
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (swallowing === undefined) return void client.write(bytes);
      end();
      swallowing.done();
    });
  }

  private take(bytes: Buffer): Order | undefined {
    const { order } = this;
    if (order === undefined || (order.containing !== undefined && !bytes.includes(order.containing))) return undefined;
    this.order = undefined;
    return order;
  }
}
