import { toFeedPosition } from '../../stream/feed-position.js';
import type { EventMetadata, JsonObject, RecordedEvent, StreamName } from '../../contracts/event-store.js';

/** A row of `minos.events` as the driver returns it. */
export interface RecordedEventRow {
  readonly position: bigint;
  readonly tenant: string;
  readonly stream: string;
  readonly version: bigint;
  readonly id: string;
  readonly type: string;
  readonly schema_version: number;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
  readonly recorded_at: Date;
}

export function toRecordedEvent(row: RecordedEventRow): RecordedEvent {
  return {
    id: row.id,
    type: row.type,
    schemaVersion: row.schema_version,
    stream: row.stream as StreamName,
    version: Number(row.version),
    position: toFeedPosition(row.position),
    tenant: row.tenant,
    data: row.data,
    metadata: row.metadata,
    recordedAt: row.recorded_at,
  };
}
