import { basicCredential } from '@minos/auth';
import { backoff, EventStreamReader, type StreamEvent, waitFor } from '@minos/common';
import { failureText, HttpStream } from '@minos/common/http';
import type { DirectorySnapshot, ServiceDirectory, ServiceInstance } from '../../contracts/index.js';
import { DirectoryUnavailableError } from './directory.errors.js';
import { DirectoryState } from './directory-state.js';
import { readInstances, readKeys } from './read-instances.js';
import {
  type RegistryDirectoryOptions,
  resolveRegistryDirectoryOptions,
  type ResolvedRegistryDirectoryOptions,
} from './registry-directory.options.js';

const LONGEST_EVENT = 256 * 1024 * 1024;
const LONGEST_PAUSE = 20;
const LOOK = 'Look whether a registry runs there, and at DISCOVERY_URL.';

/**
 * The directory of a registry, watched over one stream. When a registry does not answer, or falls silent, the next one is asked, from the version on that is known; what
 * is known meanwhile stays, marked as stale.
 */
export class RegistryDirectory implements ServiceDirectory {
  private readonly options: ResolvedRegistryDirectoryOptions;
  private readonly state: DirectoryState;
  private readonly stopping = new AbortController();
  private instances = new Map<string, ServiceInstance>();
  private lastEventId = '';
  private failures = 0;
  private lastTrouble: unknown;
  private running: Promise<void> | undefined;
  private readonly known: Promise<void>;
  private isKnown: () => void = () => undefined;

  /** Throws `OPTIONS_INVALID`. */
  constructor(options: RegistryDirectoryOptions) {
    this.options = resolveRegistryDirectoryOptions(options);
    this.state = new DirectoryState((error) => this.options.onTrouble(`A listener of the directory failed: ${String(error)}`));
    this.known = new Promise((resolve) => (this.isKnown = resolve));
  }

  get current(): DirectorySnapshot {
    return this.state.current;
  }

  subscribe(listener: (snapshot: DirectorySnapshot) => void): () => void {
    return this.state.subscribe(listener);
  }

  async open(withinMs: number): Promise<void> {
    this.running ??= this.run();
    if (await waitFor(this.known, withinMs)) return;
    throw new DirectoryUnavailableError(this.options.urls.join(', '), withinMs, LOOK, this.lastTrouble);
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { urls, clock, retry } = this.options;
    const { signal } = this.stopping;
    // Which one is asked first is chance, so that many watchers spread.
    for (let turn = Math.floor(Math.random() * urls.length); !signal.aborted; turn++) {
      const url = urls[turn % urls.length];
      if (url === undefined) return;
      try {
        await this.watch(url, signal);
      } catch (error) {
        this.failed(url, error);
      }
      if (signal.aborted) return;
      // The next one is asked at once; when all have failed it is time to wait.
      const round = Math.ceil(this.failures / urls.length);
      if (this.failures % urls.length === 0)
        await clock.sleep(backoff(Math.max(1, round), retry, retry * LONGEST_PAUSE), signal).catch(() => undefined);
    }
  }

  private failed(url: string, error: unknown): void {
    if (this.stopping.signal.aborted) return;
    this.failures++;
    this.lastTrouble = error;
    this.state.markStale(new Date(this.options.clock.now()).toISOString());
    if (this.failures === 1) this.options.onTrouble(`Watching the registry ${url} ended and is tried again: ${failureText(error)}`);
  }

  /** One stream from beginning to end. Always throws, if only because it ended. */
  private async watch(url: string, signal: AbortSignal): Promise<never> {
    const { credential, silence } = this.options;
    const headers = { authorization: basicCredential(credential), accept: 'text/event-stream', ...this.resume() };
    const stream = await HttpStream.open(new URL('/registry/watch', url), { headers, signal }, { answerMs: silence, silenceMs: silence });
    try {
      if (stream.status !== 200) throw new Error(`it answered ${stream.status}`);
      const reader = new EventStreamReader(LONGEST_EVENT, this.lastEventId);
      for await (const bytes of stream.pieces()) this.take(reader.take(bytes));
      throw new Error('it ended the stream');
    } finally {
      stream.close();
    }
  }

  private resume(): Record<string, string> {
    return this.lastEventId === '' ? {} : { 'last-event-id': this.lastEventId };
  }

  /** Something came that could be read, so the registry is there. */
  private take(events: readonly StreamEvent[]): void {
    for (const event of events) this.takeOne(event);
    this.failures = 0;
    const lastSaid = events.findLast(({ event }) => event === 'stale');
    if (lastSaid === undefined && !this.staleThere) this.state.markFresh();
    if (this.lastEventId !== '') this.isKnown();
  }

  /** The registry itself said that it may be old. */
  private staleThere = false;

  private takeOne({ event, data, id }: StreamEvent): void {
    const body = JSON.parse(data) as { readonly version?: number; readonly instances?: unknown; readonly since?: string };
    if (event === 'stale') {
      this.staleThere = true;
      return this.state.markStale(body.since ?? new Date(this.options.clock.now()).toISOString());
    }
    if (event === 'fresh') {
      this.staleThere = false;
      return;
    }
    if (event === 'snapshot') this.instances = new Map();
    if (event === 'removed') for (const key of readKeys(body.instances)) this.instances.delete(keyOf(key));
    if (event === 'snapshot' || event === 'changed') this.put(body.instances);
    this.lastEventId = id;
    this.staleThere = false;
    this.state.show([...this.instances.values()], Number(body.version ?? id));
  }

  private put(value: unknown): void {
    const { instances, faults } = readInstances(value);
    for (const instance of instances) this.instances.set(keyOf(instance), instance);
    const [first] = faults;
    if (first !== undefined)
      this.options.onTrouble(`The registry told of ${faults.length} things that are not understood: ${first.path} ${first.message}`);
  }
}

function keyOf({ service, instance }: { readonly service: string; readonly instance: string }): string {
  return `${service}/${instance}`;
}
