import type { DirectorySnapshot, ServiceDirectory, ServiceInstance } from '@minos/discovery';

/** What a directory knows, and instances that are always there. */
export class JoinedDirectory implements ServiceDirectory {
  private joined: { readonly of: DirectorySnapshot; readonly snapshot: DirectorySnapshot } | undefined;

  constructor(
    private readonly fixed: readonly ServiceInstance[],
    private readonly directory: ServiceDirectory | undefined,
  ) {}

  get current(): DirectorySnapshot {
    return this.join(this.directory?.current ?? NOTHING);
  }

  subscribe(listener: (snapshot: DirectorySnapshot) => void): () => void {
    if (this.directory !== undefined) return this.directory.subscribe((snapshot) => listener(this.join(snapshot)));
    listener(this.current);
    return () => undefined;
  }

  async open(withinMs: number): Promise<void> {
    await this.directory?.open(withinMs);
  }

  /** The other directory belongs to who made it. */
  async close(): Promise<void> {
    // Nothing of its own is open.
  }

  private join(of: DirectorySnapshot): DirectorySnapshot {
    if (this.fixed.length === 0) return of;
    if (this.joined?.of !== of) this.joined = { of, snapshot: { ...of, instances: [...this.fixed, ...of.instances] } };
    return this.joined.snapshot;
  }
}

const NOTHING: DirectorySnapshot = { version: 0, instances: [] };
