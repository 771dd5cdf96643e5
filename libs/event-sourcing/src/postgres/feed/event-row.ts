import type { EventMetadata, FeedPosition, JsonObject, RecordedEvent, StreamName } from '../../contracts/event-store.js';

/** A row of the feed's pages, with types that cost little to parse. */
export interface EventRow {
  readonly position: string;
  readonly tenant: string;
  readonly stream: string;
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly schema_version: number;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
  /** Milliseconds since the epoch, with microseconds as a fraction. */
  readonly recorded_ms: number;
}

/** The server computes in floating point; a tenth of a microsecond is below what it stores. */
const ROUNDING_MS = 0.0001;

export function toRecordedEvent(row: EventRow): RecordedEvent {
  return {
    id: row.id,
    type: row.type,
    schemaVersion: row.schema_version,
    stream: row.stream as StreamName,
    version: row.version,
    position: row.position as FeedPosition,
    tenant: row.tenant,
    data: row.data,
    metadata: row.metadata,
    recordedAt: new Date(Math.floor(row.recorded_ms + ROUNDING_MS)),
  };
}
