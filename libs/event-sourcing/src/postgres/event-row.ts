import type { EventMetadata, FeedPosition, JsonObject, RecordedEvent, StreamName } from '../contracts/event-store.js';

/** What is read of an event whose stream is known; the table has the alias `e`. Types are chosen that cost little to parse. */
export const EVENT_COLUMNS = `e.position::text as position, e.version::float8 as version, e.id, e.type, e.schema_version, e.data, e.metadata,
  date_part('epoch', e.recorded_at) * 1000 as recorded_ms`;

/** A row of {@link EVENT_COLUMNS}. */
export interface EventRow {
  readonly position: string;
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

export function toRecordedEvent(row: EventRow, stream: string, tenant: string): RecordedEvent {
  return {
    id: row.id,
    type: row.type,
    schemaVersion: row.schema_version,
    stream: stream as StreamName,
    version: row.version,
    position: row.position as FeedPosition,
    tenant,
    data: row.data,
    metadata: row.metadata,
    recordedAt: new Date(Math.floor(row.recorded_ms + ROUNDING_MS)),
  };
}
