import type { IncomingHttpHeaders } from 'node:http';
import { type MinosContext, uuidv7 } from '@minos/common';
import type { EdgeParts } from '../edge/edge-parts.js';
import { devPrincipal } from './dev-principal.js';
import { dropIdentityHeaders } from './identity-headers.js';

export const CORRELATION_HEADER = 'X-Correlation-Id';

const CORRELATION_ID = /^[\x21-\x7e]{1,128}$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** What one request is handled in. */
export type RequestContext = MinosContext & { readonly correlationId: string };

/** The correlation id that the client sent, or a new one. */
export function correlationIdOf(headers: IncomingHttpHeaders): string {
  const given = headers['x-correlation-id'];
  return typeof given === 'string' && CORRELATION_ID.test(given) ? given : uuidv7();
}

/**
 * The context of a request: the correlation id that the client sent, or a new one, its trace, and the principal `dev` where nobody is authenticated. Removes from
 * `headers` what clients claim about identity.
 */
export function requestContext(
  headers: IncomingHttpHeaders,
  { service, devPrincipal: isDev }: Pick<EdgeParts, 'service' | 'devPrincipal'>,
): RequestContext {
  dropIdentityHeaders(headers);
  const correlationId = correlationIdOf(headers);
  const traceparent = headers['traceparent'];
  return {
    tenant: '',
    correlationId,
    ...(isDev ? { principal: devPrincipal(service, correlationId) } : {}),
    ...(typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? { traceparent } : {}),
  };
}
