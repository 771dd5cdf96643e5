import { type Clock, InterruptiblePause } from '@minos/common';
import type {
  DirectorySnapshot,
  InstanceKey,
  RegistryChanges,
  RegistryStore,
  ServiceInstance,
  StoredInstance,
} from '../../contracts/index.js';
import { isVisible } from '../registration/decide-registration.js';

/** One step from a version to a later one. */
export type FeedStep =
  | { readonly kind: 'snapshot'; readonly version: number; readonly instances: readonly ServiceInstance[] }
  | { readonly kind: 'changed'; readonly version: number; readonly instances: readonly ServiceInstance[] }
  | { readonly kind: 'removed'; readonly version: number; readonly instances: readonly InstanceKey[] };

export interface RegistryFeedOptions {
  /** How often the store is asked where nobody tells of changes, in milliseconds. */
  readonly pollMs: number;
  /** Hears of what failed; it is tried again. */
  readonly onTrouble?: (error: unknown) => void;
}

/**
 * The directory of the store in this process, brought up to date by hints and, as the floor, by polling. What watchers are told is made from it, so that many of
 * them cost the store nothing.
 */
export class RegistryFeed {
  private readonly instances = new Map<string, StoredInstance>();
  private readonly pause: InterruptiblePause;
  private readonly stopping = new AbortController();
  private readonly listeners = new Set<() => void>();
  private running: Promise<void> | undefined;
  private opened: Promise<void> | undefined;
  private known = { version: 0, floor: 0 };
  private readAt: number | undefined;
  private snapshotAt: { readonly version: number; readonly snapshot: DirectorySnapshot } | undefined;

  constructor(
    private readonly store: RegistryStore,
    private readonly clock: Clock,
    private readonly options: RegistryFeedOptions,
  ) {
    this.pause = new InterruptiblePause(clock);
  }

  get version(): number {
    return this.known.version;
  }

  /** For how long the store could not be read, in milliseconds; `Infinity` before the first time. */
  get ageMs(): number {
    return this.readAt === undefined ? Infinity : this.clock.monotonic() - this.readAt;
  }

  /** What is there now. */
  get snapshot(): DirectorySnapshot {
    const { version } = this.known;
    if (this.snapshotAt?.version !== version) {
      const instances = [...this.instances.values()].filter(({ state }) => isVisible(state)).map(published);
      this.snapshotAt = { version, snapshot: Object.freeze({ version, instances }) };
    }
    return this.snapshotAt.snapshot;
  }

  /** Reads the store for the first time, then goes on by itself. Asking again waits for the same. Rejects where the store cannot be read; it goes on trying. */
  start(): Promise<void> {
    this.opened ??= this.read();
    this.running ??= this.run();
    return this.opened;
  }

  /** There may be something new. */
  wake(): void {
    this.pause.wake();
  }

  /** Hears of every change. Returns what ends it. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Reads the store now. Rejects where it cannot be read. */
  refresh(): Promise<void> {
    return this.read();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    this.pause.wake();
    await this.running;
  }

  /** What leads from a version to the present one, in the order of the changes; from one that is unknown or too old, all that is there. */
  stepsFrom(version: number | undefined): readonly FeedStep[] {
    if (version === undefined || version < this.known.floor || version > this.known.version)
      return [{ kind: 'snapshot', ...this.snapshot }];
    const changed = [...this.instances.values()].filter(({ change }) => change > version).sort((one, other) => one.change - other.change);
    return stepsOf(changed);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    await this.opened?.catch(() => undefined);
    while (!signal.aborted) {
      await this.pause.wait(this.options.pollMs);
      if (signal.aborted) return;
      await this.read().catch((error: unknown) => this.options.onTrouble?.(error));
    }
  }

  private async read(): Promise<void> {
    const asked = this.known.version;
    const changes = await this.store.changesAfter(asked);
    this.readAt = this.clock.monotonic();
    // What was committed when the question went out is there in every answer, except from a database that was put back, or took over without the last changes.
    if (changes.version < asked) return this.replace(asked);
    // A slower reading may come behind a newer one.
    if (changes.version < this.known.version) return;
    this.take(changes, changes.version > this.known.version);
  }

  /** All that is there instead of all that was known, at once: nobody is told that there is nothing meanwhile. */
  private async replace(before: number): Promise<void> {
    const changes = await this.store.changesAfter(0);
    // Another reading has done it.
    if (this.known.version !== before) return;
    this.instances.clear();
    this.snapshotAt = undefined;
    this.take(changes, true);
  }

  private take({ version, floor, instances }: RegistryChanges, changed: boolean): void {
    for (const instance of instances)
      if (instance.change >= (this.instances.get(instance.instance)?.change ?? 0)) this.instances.set(instance.instance, instance);
    this.known = { version, floor };
    this.dropForgotten(floor);
    if (changed) for (const listener of [...this.listeners]) listener();
  }

  private dropForgotten(floor: number): void {
    for (const [id, { state, change }] of this.instances) if (!isVisible(state) && change <= floor) this.instances.delete(id);
  }
}

function published({ service, instance, address, version, metadata, endpoints, state }: StoredInstance): ServiceInstance {
  return { service, instance, address, version, metadata, endpoints, state: state as ServiceInstance['state'] };
}

/** Instances that changed in the same way one after the other are one step. */
function stepsOf(changed: readonly StoredInstance[]): readonly FeedStep[] {
  const steps: { kind: 'changed' | 'removed'; version: number; instances: unknown[] }[] = [];
  for (const instance of changed) {
    const kind = isVisible(instance.state) ? 'changed' : 'removed';
    const item = kind === 'changed' ? published(instance) : { service: instance.service, instance: instance.instance };
    const last = steps.at(-1);
    if (last?.kind !== kind) steps.push({ kind, version: instance.change, instances: [item] });
    else {
      last.instances.push(item);
      last.version = instance.change;
    }
  }
  return steps as readonly FeedStep[];
}
