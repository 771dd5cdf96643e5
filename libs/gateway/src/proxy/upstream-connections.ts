import { Client } from 'undici';

export interface UpstreamConnectionOptions {
  readonly connectTimeoutMs: number;
  /** How long a connection that nobody uses is kept. */
  readonly keepAliveMs: number;
}

/** A service that says how long it keeps a connection is believed up to this much less: the last request must not meet its end. */
const KEEP_ALIVE_MARGIN_MS = 1_000;

/** A connection to one instance, for one request at a time. */
export interface UpstreamConnection {
  readonly client: Client;
  idle: boolean;
}

/** The connections to one instance. The one that was used last is used next, so that those that are not needed end by themselves. */
export class UpstreamConnections {
  private readonly idle: UpstreamConnection[] = [];
  private readonly all = new Set<UpstreamConnection>();
  private closed = false;

  constructor(
    readonly address: string,
    private readonly options: UpstreamConnectionOptions,
  ) {}

  get isClosed(): boolean {
    return this.closed;
  }

  /** Nobody else has it until `release`. It connects with its first request. */
  take(): UpstreamConnection {
    const connection = this.idle.pop() ?? this.open();
    connection.idle = false;
    return connection;
  }

  release(connection: UpstreamConnection): void {
    if (this.closed) return this.discard(connection);
    connection.idle = true;
    this.idle.push(connection);
  }

  /** Instead of `release`, where it may not be good any more. */
  discard(connection: UpstreamConnection): void {
    this.all.delete(connection);
    connection.client.destroy().catch(() => undefined);
  }

  /** Ends the idle ones now, and the others with their request. */
  close(): void {
    this.closed = true;
    for (const connection of this.idle.splice(0)) this.discard(connection);
  }

  /** Ends all, and the requests on them. Idempotent. */
  async destroy(): Promise<void> {
    this.closed = true;
    this.idle.length = 0;
    await Promise.all([...this.all].map(({ client }) => client.destroy()));
    this.all.clear();
  }

  private open(): UpstreamConnection {
    const { connectTimeoutMs, keepAliveMs } = this.options;
    const client = new Client(this.address, {
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
      headersTimeout: 0,
      connect: { timeout: connectTimeoutMs, noDelay: true },
      allowH2: false,
    });
    const connection: UpstreamConnection = { client, idle: false };
    this.all.add(connection);
    client.on('disconnect', () => this.dropIdle(connection));
    return connection;
  }

  private dropIdle(connection: UpstreamConnection): void {
    if (!connection.idle) return;
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    this.discard(connection);
  }
}
