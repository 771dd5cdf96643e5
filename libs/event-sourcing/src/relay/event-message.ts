import { createEnvelope, toHeaders } from '@minos/common';
import { PRINCIPAL_CLAIMS, type BrokerMessage } from '@minos/messaging/contracts';
import type { RecordedEvent } from '../contracts/event-store.js';

/** Where and on whose behalf events are published. */
export interface EventChannel {
  readonly channel: string;
  /** The service whose events these are. */
  readonly source: string;
}

/**
 * A recorded event as a message: its id is the event's, its key the stream (with the tenant), its sequence the version, its body the data as it was stored,
 * at the schema version at which it was stored; the principal's claims go along, to be signed when it is published. So the same event gives the same message, however often it is published.
 */
export function eventMessage(event: RecordedEvent, { channel, source }: EventChannel): BrokerMessage {
  const { correlationId, causationId, traceparent, principal } = event.metadata;
  const key = event.tenant === '' ? event.stream : `${event.tenant}/${event.stream}`;
  const envelope = createEnvelope({
    id: event.id,
    source,
    type: event.type,
    time: event.recordedAt.toISOString(),
    subject: event.stream,
    correlationid: correlationId,
    causationid: causationId,
    partitionkey: key,
    sequence: String(event.version),
    traceparent,
    schemaversion: event.schemaVersion,
    tenant: event.tenant,
    ...(principal === undefined || principal === null ? {} : { extensions: { [PRINCIPAL_CLAIMS]: JSON.stringify(principal) } }),
    data: event.data,
  });
  return { channel, key, headers: toHeaders(envelope), body: Buffer.from(JSON.stringify(event.data)) };
}
