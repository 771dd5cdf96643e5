import type { DirectorySnapshot, ServiceInstance } from '@minos/discovery';
import { type UpstreamConnectionOptions, UpstreamConnections } from './upstream-connections.js';

/** The connections to all instances that the directory knows. */
export class UpstreamPools {
  private readonly pools = new Map<string, UpstreamConnections>();
  private readonly known = new WeakMap<ServiceInstance, UpstreamConnections>();

  constructor(private readonly options: UpstreamConnectionOptions) {}

  of(instance: ServiceInstance): UpstreamConnections {
    const known = this.known.get(instance);
    if (known !== undefined && !known.isClosed) return known;
    const found = this.find(instance);
    this.known.set(instance, found);
    return found;
  }

  /** Gives up the connections to instances that are gone; requests that run end in peace. */
  follow(snapshot: DirectorySnapshot): void {
    const here = new Set(snapshot.instances.map(({ service, instance }) => `${service} ${instance}`));
    for (const [key, connections] of this.pools) {
      if (here.has(key)) continue;
      this.pools.delete(key);
      connections.close();
    }
  }

  /** Ends all connections, and the requests on them. Idempotent. */
  async close(): Promise<void> {
    const pools = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  private find({ service, instance, address }: ServiceInstance): UpstreamConnections {
    const key = `${service} ${instance}`;
    const known = this.pools.get(key);
    if (known?.address === address) return known;
    known?.close();
    const opened = new UpstreamConnections(address, this.options);
    this.pools.set(key, opened);
    return opened;
  }
}
