import { keyHash } from '@minos/common';
import type { SqlExecutor } from '@minos/postgres';
import type { JsonObject, StreamName } from '../../contracts/event-store.js';
import type { Snapshot, SnapshotStore } from '../../contracts/snapshot-store.js';
import { LOAD_SNAPSHOT, SAVE_SNAPSHOT } from './snapshot.sql.js';

interface SnapshotRow {
  readonly version: bigint;
  readonly state: JsonObject;
}

/** Snapshots in `minos.snapshots`: one row per stream and state version, so that two releases of a service keep theirs side by side. */
export class PostgresSnapshotStore implements SnapshotStore {
  constructor(private readonly sql: SqlExecutor) {}

  async load(stream: StreamName, stateVersion: number, tenant: string): Promise<Snapshot | undefined> {
    const { rows } = await this.sql.query<SnapshotRow>(LOAD_SNAPSHOT, [tenant, stream, stateVersion]);
    const [row] = rows;
    return row && { stream, stateVersion, version: Number(row.version), state: row.state };
  }

  async save({ stream, stateVersion, version, state }: Snapshot, tenant: string): Promise<void> {
    await this.sql.query(SAVE_SNAPSHOT, [tenant, stream, stateVersion, version, JSON.stringify(state), keyHash(stream)]);
  }
}
