import { backoff, type Clock } from '@minos/common';
import { type KubernetesApi, KubernetesRefusal } from './kubernetes-api.js';

/** What all objects of the API have. */
export interface Resource {
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

interface ResourceList {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly Resource[];
}

interface WatchEvent {
  readonly type?: string;
  readonly object?: Resource & { readonly code?: number; readonly message?: string };
}

export interface ResourceWatchParts {
  readonly api: KubernetesApi;
  readonly clock: Clock;
  /** Of the list, such as `/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices`. */
  readonly path: string;
  readonly selector: string | undefined;
  /** First pause after a failure, in milliseconds. */
  readonly retryMs: number;
  /** Told of all objects, after the first list and after each change. */
  readonly onChange: (resources: readonly Resource[]) => void;
  /** Told when the API does not answer, and when it does again. */
  readonly onState: (trouble: Error | undefined) => void;
}

const PAGE = 500;
const WATCH_SECONDS = 240;
const LONGEST_PAUSE = 50;
const GONE = 410;

/** Keeps a list of objects of the API: reads it, then watches from there on. What the API has forgotten meanwhile (410) makes it read the list again. */
export class ResourceWatch {
  private resources = new Map<string, Resource>();
  private version: string | undefined;
  private failures = 0;
  /** Whether the watch has not said anything yet. */
  private silent = true;

  constructor(private readonly parts: ResourceWatchParts) {}

  /** Goes on until `signal` aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.silent = true;
      const failed = await this.listAndWatch(signal);
      // A watch that said something has come to its time, or knows no more: nothing hinders the next.
      if (failed || this.silent) await this.pause(signal);
    }
  }

  /** Whether it ended by something else than the time of the watch, or a version that the API has forgotten. */
  private async listAndWatch(signal: AbortSignal): Promise<boolean> {
    try {
      if (this.version === undefined) await this.list(signal);
      await this.watch(signal);
      return false;
    } catch (error) {
      if (signal.aborted) return true;
      if (!isGone(error)) this.parts.onState(error instanceof Error ? error : new Error(String(error)));
      else this.version = undefined;
      return !isGone(error);
    }
  }

  private async pause(signal: AbortSignal): Promise<void> {
    const { clock, retryMs } = this.parts;
    this.failures++;
    await clock.sleep(backoff(this.failures, retryMs, retryMs * LONGEST_PAUSE), signal).catch(() => undefined);
  }

  private async list(signal: AbortSignal): Promise<void> {
    const found = new Map<string, Resource>();
    let next = '';
    let version: string | undefined;
    do {
      const query = this.query({ limit: String(PAGE), ...(next === '' ? {} : { continue: next }) });
      const { items = [], metadata } = (await this.parts.api.get(query, signal)) as ResourceList;
      for (const item of items) found.set(item.metadata.name, item);
      version = metadata?.resourceVersion;
      next = metadata?.continue ?? '';
    } while (next !== '');
    this.resources = found;
    this.version = version ?? '';
    this.parts.onChange([...found.values()]);
  }

  private async watch(signal: AbortSignal): Promise<void> {
    const query = this.query({
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion: this.version ?? '',
      // A server may end a watch at any time; a little chance keeps many from coming back together.
      timeoutSeconds: String(Math.round(WATCH_SECONDS * (1 + Math.random() / 4))),
    });
    const events = await this.parts.api.lines(query, signal);
    this.failures = 0;
    this.parts.onState(undefined);
    for await (const event of events) this.take(event as WatchEvent);
  }

  private take({ type, object }: WatchEvent): void {
    if (object === undefined) return;
    if (type === 'ERROR') throw new KubernetesRefusal(object.code ?? 0, object.message ?? 'in the watch');
    this.silent = false;
    this.version = object.metadata.resourceVersion ?? this.version;
    if (type === 'ADDED' || type === 'MODIFIED') this.resources.set(object.metadata.name, object);
    else if (type === 'DELETED') this.resources.delete(object.metadata.name);
    else return;
    this.parts.onChange([...this.resources.values()]);
  }

  private query(given: Readonly<Record<string, string>>): string {
    const { path, selector } = this.parts;
    return `${path}?${new URLSearchParams({ ...given, ...(selector === undefined ? {} : { labelSelector: selector }) }).toString()}`;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof KubernetesRefusal && error.status === GONE;
}
