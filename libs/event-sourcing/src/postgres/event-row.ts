import type { EventMetadata, FeedPosition, JsonObject, RecordedEvent, StreamName } from '../contracts/event-store.js';

/**
 * What is read of an event; the table has the alias `e`. All that is short comes as one text: to take a column out of the protocol costs the driver more
 * than to cut a text. The type stands last, so it may have spaces.
 */
export const EVENT_COLUMNS = `e.data, e.metadata::text, e.position || ' ' || e.version || ' ' || e.id || ' ' || e.schema_version || ' ' ||
  (date_part('epoch', e.recorded_at) * 1000000)::bigint || ' ' || e.type`;

/** A row of {@link EVENT_COLUMNS}, as an array. */
export type EventRow = readonly [data: JsonObject, metadata: string, head: string];

const NO_METADATA = '{}';

export function toRecordedEvent([data, metadata, head]: EventRow, stream: string, tenant: string): RecordedEvent {
  const [position, version, id, schemaVersion, microseconds] = head.split(' ', 5) as [string, string, string, string, string];
  const type = head.slice(position.length + version.length + id.length + schemaVersion.length + microseconds.length + 5);
  return {
    id,
    type,
    schemaVersion: Number(schemaVersion),
    stream: stream as StreamName,
    version: Number(version),
    position: position as FeedPosition,
    tenant,
    data,
    metadata: metadata === NO_METADATA ? {} : (JSON.parse(metadata) as EventMetadata),
    recordedAt: new Date(Math.floor(Number(microseconds) / 1000)),
  };
}
