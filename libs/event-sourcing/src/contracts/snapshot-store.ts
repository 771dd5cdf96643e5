import type { JsonObject, StreamName } from './event-store.js';

export interface Snapshot {
  readonly stream: StreamName;
  /** Version of the stream whose fold the state is. */
  readonly version: number;
  /** Version of the state's shape; a snapshot of another one is not used. */
  readonly stateVersion: number;
  readonly state: JsonObject;
}

/**
 * Folded states, kept to make loading short. A cache: losing one costs time, never truth. `save` keeps the highest version per
 * stream and state version; an older one arriving late changes nothing.
 */
export interface SnapshotStore {
  load(stream: StreamName, stateVersion: number, tenant: string): Promise<Snapshot | undefined>;
  save(snapshot: Snapshot, tenant: string): Promise<void>;
}
