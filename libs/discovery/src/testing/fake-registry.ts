import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Registration, ServiceInstance } from '../contracts/index.js';

/** A request that came, for tests to look at. */
export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

export interface FakeRegistryOptions {
  /** What registrations are answered. @default 100 */
  readonly heartbeatMs?: number;
  /** The port of every start. @default a free one, and then that */
  readonly port?: number;
}

/** A registry in this process, over HTTP: it believes everybody, probes nobody, and does what a test tells it. */
export class FakeRegistry {
  readonly requests: FakeRequest[] = [];
  private readonly watchers = new Set<ServerResponse>();
  private readonly known = new Map<string, ServiceInstance>();
  private server: Server | undefined;
  private port: number;
  private version = 1;
  private status = 0;

  private constructor(private readonly options: FakeRegistryOptions) {
    this.port = options.port ?? 0;
  }

  static async start(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
    const registry = new FakeRegistry(options);
    await registry.start();
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get instances(): readonly ServiceInstance[] {
    return [...this.known.values()];
  }

  /** Streams that are open now. */
  get watching(): number {
    return this.watchers.size;
  }

  /** Makes these all that there are, and tells watchers. */
  set(instances: readonly ServiceInstance[]): void {
    const gone = [...this.known.values()].filter((one) => !instances.some(({ instance }) => instance === one.instance));
    this.known.clear();
    for (const instance of instances) this.known.set(instance.instance, instance);
    if (gone.length > 0)
      this.tell(
        'removed',
        gone.map(({ service, instance }) => ({ service, instance })),
      );
    this.tell('changed', instances);
  }

  /** Forgets all registrations, as a registry does that lost its database. */
  forget(): void {
    this.set([]);
  }

  /** From now on answers registrations and heartbeats with this status; 0 is as usual. */
  refuse(status: number): void {
    this.status = status;
  }

  /** Writes to the streams as it is. */
  say(text: string): void {
    for (const watcher of this.watchers) watcher.write(text);
  }

  /** Listens, again at the same port. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.handle(request, response).catch(() => response.destroy()));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as { port: number }).port;
  }

  /** Cuts all connections and takes no new ones. What it knows stays. Idempotent. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    let text = '';
    for await (const part of request) text += String(part);
    const body = text === '' ? undefined : (JSON.parse(text) as unknown);
    this.requests.push({ method, path: url, authorization: request.headers.authorization, body });
    if (url === '/registry/watch') this.watch(request, response);
    else if (this.status !== 0) this.answer(response, this.status, { detail: 'refused by the test' });
    else this.serve(response, method, url, body);
  }

  private serve(response: ServerResponse, method: string, url: string, body: unknown): void {
    const [, , , service = '', instance = '', action = ''] = url.split(/[/?]/);
    switch (method) {
      case 'GET':
        return this.answer(response, 200, { version: this.version, instances: this.instances });
      case 'PUT':
        return this.register(response, { service, instance }, body as Registration);
      case 'DELETE':
        if (this.known.delete(instance)) this.tell('removed', [{ service, instance }]);
        return this.answer(response, 204);
      default:
        return this.answer(response, action === 'heartbeat' && this.known.has(instance) ? 204 : 404);
    }
  }

  private register(
    response: ServerResponse,
    key: { readonly service: string; readonly instance: string },
    { epoch: _, ...facts }: Registration,
  ): void {
    const instance: ServiceInstance = { ...key, ...facts, state: 'up' };
    this.known.set(key.instance, instance);
    this.tell('changed', [instance]);
    const heartbeatMs = this.options.heartbeatMs ?? 100;
    this.answer(response, 200, { leaseMs: heartbeatMs * 4, heartbeatMs, version: this.version });
  }

  private watch(request: IncomingMessage, response: ServerResponse): void {
    this.watchers.add(response);
    response.once('close', () => this.watchers.delete(response));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(request.headers['last-event-id'] === String(this.version) ? ': here\n\n' : this.frame('snapshot', this.instances));
  }

  private tell(event: 'changed' | 'removed', instances: readonly object[]): void {
    this.version++;
    this.say(this.frame(event, instances));
  }

  private frame(event: string, instances: readonly object[]): string {
    return `event: ${event}\nid: ${this.version}\ndata: ${JSON.stringify({ version: this.version, instances })}\n\n`;
  }

  private answer(response: ServerResponse, status: number, body?: object): void {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }
}
