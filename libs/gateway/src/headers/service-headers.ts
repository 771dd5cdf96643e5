import type { CallerAddress } from '../request/caller-address.js';
import type { RequestHead } from './request-head.js';
import type { RequestIds } from './trace-context.js';

/** How many milliseconds the service has for its answer, counted from when it gets the request. */
export const DEADLINE_HEADER = 'minos-deadline';

/** What the gateway itself says to a service. */
export interface ServiceFacts {
  readonly caller: CallerAddress;
  readonly ids: RequestIds;
  /** The part of the client's cookies that may go on. */
  readonly cookie: string | undefined;
}

/** Names and values in turn: what goes on of the client's, and what the gateway says itself. The deadline and the token differ with each try and are added to it. */
export function serviceHeaders(head: RequestHead, { caller, ids, cookie }: ServiceFacts): string[] {
  const headers = head.kept;
  headers.push(
    'x-forwarded-for',
    caller.forwardedFor,
    'x-forwarded-proto',
    caller.scheme,
    'x-forwarded-host',
    caller.host,
    'forwarded',
    forwardedOf(caller),
    'x-request-id',
    ids.requestId,
    'x-correlation-id',
    ids.correlationId,
    'traceparent',
    ids.traceparent,
  );
  if (cookie !== undefined) headers.push('cookie', cookie);
  return headers;
}

/** RFC 7239. */
function forwardedOf({ address, scheme, host }: CallerAddress): string {
  const node = address.includes(':') ? `"[${address}]"` : address;
  return `for=${node};host="${host}";proto=${scheme}`;
}
