import { currentContext } from '@minos/common';
import type { EventMetadata, JsonValue } from '../contracts/event-store.js';

/** Who and what leads to the events that are recorded now, from the surrounding context. */
export function currentEventMetadata(): EventMetadata {
  const { correlationId, causationId, principal, traceparent } = currentContext();
  return {
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(causationId === undefined ? {} : { causationId }),
    ...(principal === undefined ? {} : { principal: principal as unknown as JsonValue }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
