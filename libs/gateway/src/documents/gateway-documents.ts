import type { Clock } from '@minos/common';
import type { ServiceDirectory, ServiceInstance } from '@minos/discovery';
import type { DocumentSource } from '../contracts/documents.js';
import type { Route, RouteTable, RouteTables } from '../contracts/routes.js';
import { type DocumentPart, readPart } from './document-part.js';
import type { GatewayDocumentsSettings } from './documents.options.js';
import { mergeDocuments } from './merge-documents.js';
import type { OpenApiDocument } from './open-api.js';

export interface GatewayDocumentsPorts {
  readonly clock: Clock;
  readonly tables: RouteTables;
  readonly directory: Pick<ServiceDirectory, 'current'>;
  readonly source: DocumentSource;
  readonly settings: GatewayDocumentsSettings;
  /** Told of each service whose document begins to be unreadable, and why. @default nothing */
  readonly noted?: (service: string, error: unknown) => void;
}

interface Kept {
  readonly part: DocumentPart | undefined;
  /** Of what it was read. */
  readonly release: string;
  readonly routes: string;
  /** When it was read last, or was tried to be. */
  readonly at: number;
  readonly awaySince: string | undefined;
}

const AT_ONCE = 4;

/**
 * The documents of all services as one. They are read when the document is asked for: of each service from one instance, once for a release; a service that is away keeps its last part, which says so. Whoever asks meanwhile gets the
 * same answer; nothing runs while nobody asks.
 */
export class GatewayDocuments {
  private readonly kept = new Map<string, Kept>();
  private running: Promise<OpenApiDocument> | undefined;
  private made: { readonly table: RouteTable; readonly parts: readonly Kept[]; readonly document: OpenApiDocument } | undefined;

  constructor(private readonly ports: GatewayDocumentsPorts) {}

  /** Never rejects because of a service. */
  document(): Promise<OpenApiDocument> {
    this.running ??= this.make().finally(() => (this.running = undefined));
    return this.running;
  }

  private async make(): Promise<OpenApiDocument> {
    const table = this.ports.tables.current;
    const services = routesByService(table.routes);
    for (const service of this.kept.keys()) if (!services.has(service)) this.kept.delete(service);
    const work = [...services];
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.refreshAll(work)));
    return this.merged(table);
  }

  /** Takes from the list that all share. */
  private async refreshAll(work: [string, readonly Route[]][]): Promise<void> {
    for (let next = work.pop(); next !== undefined; next = work.pop()) await this.refresh(...next);
  }

  private async refresh(service: string, routes: readonly Route[]): Promise<void> {
    const { clock, directory, settings } = this.ports;
    const instance = newest(directory.current.instances.filter((one) => one.service === service));
    const known = this.kept.get(service);
    const read = {
      release: instance?.version ?? known?.release ?? '',
      routes: routes.map(({ method, path }) => `${method} ${path}`).join(),
      at: clock.monotonic(),
    };
    if (known !== undefined && isGood(known, read, settings)) return;
    try {
      if (instance === undefined) throw new Error('It has no instance.');
      this.kept.set(service, { part: await this.read(instance), awaySince: undefined, ...read });
    } catch (error) {
      this.away(service, read, error);
    }
  }

  /** The last part stays. */
  private away(service: string, read: Pick<Kept, 'release' | 'routes' | 'at'>, error: unknown): void {
    const { part, awaySince } = this.kept.get(service) ?? { part: undefined, awaySince: undefined };
    if (awaySince === undefined) this.ports.noted?.(service, error);
    this.kept.set(service, { part, awaySince: awaySince ?? new Date(this.ports.clock.now()).toISOString(), ...read });
  }

  private async read(instance: ServiceInstance): Promise<DocumentPart> {
    const { source, clock, settings } = this.ports;
    const { mostBytes, timeout } = settings;
    const late = new AbortController();
    const read = new AbortController();
    const time = clock.sleep(timeout, read.signal).then(() => {
      const error = new Error(`Its document was not read within ${timeout} ms.`);
      late.abort(error);
      throw error;
    });
    const reading = Promise.resolve().then(() => source.read(instance, { mostBytes, signal: late.signal }));
    try {
      const bytes = await Promise.race([reading, time]);
      if (bytes.byteLength > mostBytes) throw new Error(`Its document has ${bytes.byteLength} bytes; the limit is ${mostBytes}.`);
      return readPart(bytes);
    } finally {
      read.abort();
    }
  }

  private merged(table: RouteTable): OpenApiDocument {
    const { settings } = this.ports;
    const parts = [...this.kept.values()];
    if (this.made?.table === table && parts.length === this.made.parts.length && parts.every((part, at) => part === this.made?.parts[at]))
      return this.made.document;
    const { title, version } = settings;
    const document = mergeDocuments({ title, version, routes: table.routes, parts: this.withinSize() });
    this.made = { table, parts, document };
    return document;
  }

  /** Those that would make the whole too large are as if they could not be read. */
  private withinSize(): ReadonlyMap<string, Kept> {
    let left = this.ports.settings.mostBytesInAll;
    const fitting = new Map<string, Kept>();
    for (const [service, kept] of [...this.kept].sort(([one], [other]) => (one < other ? -1 : 1))) {
      const size = kept.part?.size ?? 0;
      if (size > left) continue;
      left -= size;
      fitting.set(service, kept);
    }
    return fitting;
  }
}

function routesByService(routes: readonly Route[]): Map<string, Route[]> {
  const services = new Map<string, Route[]>();
  for (const route of routes) {
    if (route.source === 'composed') continue;
    const known = services.get(route.service);
    if (known === undefined) services.set(route.service, [route]);
    else known.push(route);
  }
  return services;
}

function isGood(
  known: Kept,
  { release, routes, at }: Pick<Kept, 'release' | 'routes' | 'at'>,
  settings: GatewayDocumentsSettings,
): boolean {
  if (known.awaySince !== undefined) return at - known.at < settings.retryAfter;
  return known.release === release && known.routes === routes && at - known.at < settings.maxAge;
}

/** Of those that take requests; of one release any. */
function newest(instances: readonly ServiceInstance[]): ServiceInstance | undefined {
  const rank = ({ state }: ServiceInstance): number => ['up', 'suspect', 'draining'].indexOf(state);
  return [...instances].sort(
    (one, other) => rank(one) - rank(other) || other.version.localeCompare(one.version, 'en', { numeric: true }),
  )[0];
}
