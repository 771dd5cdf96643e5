import type { DirectorySnapshot, ServiceInstance } from '../../contracts/index.js';

type Listener = (snapshot: DirectorySnapshot) => void;

const NOTHING: DirectorySnapshot = Object.freeze({ version: 0, instances: Object.freeze([]) });

/** What a directory shows, and who is told of it. The common part of all directories. */
export class DirectoryState {
  private snapshot = NOTHING;
  private readonly listeners = new Set<Listener>();

  /** `onFault` hears of what listeners throw. */
  constructor(private readonly onFault: (error: unknown) => void) {}

  get current(): DirectorySnapshot {
    return this.snapshot;
  }

  /** Told of what is there at once, and then of each change; returns what ends it. */
  subscribe(listener: Listener): () => void {
    // The same function twice is two subscriptions.
    const own: Listener = (snapshot) => listener(snapshot);
    this.listeners.add(own);
    this.tell(own);
    return () => void this.listeners.delete(own);
  }

  /** Shows these instances, as fresh unless `staleSince` is given. A source that was put back may have an older version: ours ascends all the same. */
  show(instances: readonly ServiceInstance[], version: number, staleSince?: string): void {
    this.set({ version: Math.max(version, this.snapshot.version + 1), instances, ...(staleSince === undefined ? {} : { staleSince }) });
  }

  /** What is known stays, and is marked. Does nothing where it is marked already. */
  markStale(since: string): void {
    if (this.snapshot.staleSince !== undefined) return;
    const { version, instances } = this.snapshot;
    this.set({ version: version + 1, instances, staleSince: since });
  }

  /** The source is back, and nothing changed. */
  markFresh(): void {
    const { version, instances, staleSince } = this.snapshot;
    if (staleSince !== undefined) this.set({ version: version + 1, instances });
  }

  private set(snapshot: DirectorySnapshot): void {
    this.snapshot = Object.freeze(snapshot);
    for (const listener of [...this.listeners]) this.tell(listener);
  }

  private tell(listener: Listener): void {
    try {
      listener(this.snapshot);
    } catch (error) {
      this.onFault(error);
    }
  }
}
