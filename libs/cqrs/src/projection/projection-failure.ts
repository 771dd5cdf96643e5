import type { SubscriptionFailedError } from '@minos/event-sourcing';
import type { ProjectionFailure } from '../contracts/projection-control.js';

const MOST = 8_000;

/** What can be kept of a failure. */
export function projectionFailure({ event, attempts, cause }: SubscriptionFailedError, at: number): ProjectionFailure {
  const { position, id, type, stream, version } = event;
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const { code } = error as { code?: unknown };
  return {
    ...{ position, eventId: id, type, stream, streamVersion: version, attempts, at },
    error: {
      ...(typeof code === 'string' ? { code: storable(code) } : {}),
      message: storable(error.message),
      ...(error.stack === undefined ? {} : { stack: storable(error.stack) }),
    },
  };
}

/** PostgreSQL keeps no NUL and no half of a pair. */
function storable(text: string): string {
  return text
    .slice(0, MOST)
    .replaceAll('\0', '')
    .replace(/\p{Cs}/gu, '\ufffd');
}
