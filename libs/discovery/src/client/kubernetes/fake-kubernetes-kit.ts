import { createServer, type Server, type ServerResponse } from 'node:http';
import { type RecordedEvent, type RecordedList, type RecordedRefusal, SERVICES, SLICES } from './recorded-answers-kit.js';

interface Asked {
  readonly url: URL;
  readonly authorization: string | undefined;
}

/** Answers over HTTP what a real API answered: the two lists, and what it is told to say in the watches of slices. */
export class FakeKubernetes {
  readonly requests: Asked[] = [];
  /** Pages of the lists. */
  slices: readonly RecordedList[] = SLICES;
  services: readonly RecordedList[] = SERVICES;
  /** What these requests are answered with instead. */
  refuse: (url: URL) => RecordedRefusal | undefined = () => undefined;
  private readonly watches = new Set<ServerResponse>();
  private server: Server | undefined;

  /** At this port, however often it is started. */
  constructor(private readonly port: number) {}

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
      this.answer(url, response);
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
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
  say(event: RecordedEvent): void {
    for (const watch of this.watches) watch.write(`${JSON.stringify(event)}\n`);
  }

  /** Ends the watches of slices, as the API does after `timeoutSeconds`. */
  endWatches(): void {
    for (const watch of this.watches) watch.end();
  }

  private answer(url: URL, response: ServerResponse): void {
    const { status, body } = this.refuse(url) ?? { status: 200, body: undefined };
    response.writeHead(status, { 'content-type': 'application/json' });
    if (body !== undefined) return void response.end(body);
    const slices = url.pathname === '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices';
    if (url.searchParams.has('watch')) return slices ? this.watch(response) : response.flushHeaders();
    response.end(JSON.stringify(pageOf(slices ? this.slices : this.services, url.searchParams.get('continue'))));
  }

  private watch(response: ServerResponse): void {
    this.watches.add(response);
    response.once('close', () => this.watches.delete(response));
    response.flushHeaders();
  }
}

function pageOf(pages: readonly RecordedList[], token: string | null): RecordedList | undefined {
  return pages[token === null ? 0 : pages.findIndex(({ metadata }) => metadata.continue === token) + 1];
}
