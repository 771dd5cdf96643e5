import { createServer, type Server, type ServerResponse } from 'node:http';
import { SERVICES, SLICES } from './api-answers-kit.js';

interface Answers {
  slices: { readonly items: readonly object[]; readonly metadata: { readonly resourceVersion: string; readonly continue?: string } };
  services: object;
}

interface Refusal {
  readonly status: number;
  readonly body: string;
}

/** The two lists of the API and their watches, over HTTP. */
export class FakeKubernetes {
  readonly requests: { readonly url: URL; readonly authorization: string | undefined }[] = [];
  readonly answers: Answers = { slices: SLICES, services: SERVICES };
  /** Pages of the list of slices, by their `continue`. */
  readonly pages = new Map<string, object>();
  /** What everything is answered with, instead of the lists and watches. */
  refusal: Refusal | undefined;
  private readonly watches = new Set<ServerResponse>();
  private server: Server | undefined;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Requests for slices that were lists, or watches. */
  asked(kind: 'list' | 'watch'): readonly URL[] {
    return this.requests
      .map(({ url }) => url)
      .filter((url) => url.pathname.endsWith('/endpointslices') && url.searchParams.has('watch') === (kind === 'watch'));
  }

  get watching(): number {
    return this.watches.size;
  }

  get running(): boolean {
    return this.server !== undefined;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '', this.url);
      this.requests.push({ url, authorization: request.headers.authorization });
      if (this.refusal !== undefined) return void response.writeHead(this.refusal.status).end(this.refusal.body);
      response.writeHead(200, { 'content-type': 'application/json' });
      const slices = url.pathname === '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices';
      if (url.searchParams.has('watch')) return slices ? this.watch(response) : void response.flushHeaders();
      const page = slices ? this.pages.get(url.searchParams.get('continue') ?? '') : undefined;
      response.end(JSON.stringify(page ?? (slices ? this.answers.slices : this.answers.services)));
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as { port: number }).port;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  /** Sends an event to the watches of slices. */
  say(event: object): void {
    for (const watch of this.watches) watch.write(`${JSON.stringify(event)}\n`);
  }

  /** Ends the watches, as the API does after a while. */
  endWatches(): void {
    for (const watch of this.watches) watch.end();
  }

  private watch(response: ServerResponse): void {
    this.watches.add(response);
    response.once('close', () => this.watches.delete(response));
    response.flushHeaders();
  }
}
