import { runInContext } from '@minos/common';
import type { MessageContext } from '../contracts/message-handler.js';
import type { MessageMiddleware } from '../contracts/message-middleware.js';

/** What runs from here on runs because of the message: in its tenant, correlation and trace, and on behalf of whom it says. */
export const contextMiddleware: MessageMiddleware = {
  handle: ({ context }, next) => inContextOf(context, next),
};

/** Also where the message names no principal or trace: whoever happens to deliver it has no say. */
export function inContextOf<T>({ envelope, principal }: MessageContext, work: () => T, traceparent = envelope.traceparent): T {
  const { id, correlationid, tenant = '' } = envelope;
  return runInContext({ tenant, causationId: id, correlationId: correlationid ?? id, principal, traceparent }, work);
}
