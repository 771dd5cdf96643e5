import type { Snapshot, SnapshotStore } from '../contracts/snapshot-store.js';
import type { StreamName } from '../contracts/event-store.js';

/** Snapshots in the memory of the process. */
export class MemorySnapshotStore implements SnapshotStore {
  private readonly kept = new Map<string, { readonly version: number; readonly text: string }>();

  async load(stream: StreamName, stateVersion: number, tenant: string): Promise<Snapshot | undefined> {
    const found = this.kept.get(keyOf(stream, stateVersion, tenant));
    return found && (JSON.parse(found.text) as Snapshot);
  }

  async save(snapshot: Snapshot, tenant: string): Promise<void> {
    const key = keyOf(snapshot.stream, snapshot.stateVersion, tenant);
    if ((this.kept.get(key)?.version ?? 0) >= snapshot.version) return;
    this.kept.set(key, { version: snapshot.version, text: JSON.stringify(snapshot) });
  }
}

function keyOf(stream: StreamName, stateVersion: number, tenant: string): string {
  return `${tenant}\0${stateVersion}\0${stream}`;
}
