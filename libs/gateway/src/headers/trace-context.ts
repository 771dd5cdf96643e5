import { uuidv7 } from '@minos/common';

const CORRELATION_ID = /^[\x21-\x7e]{1,128}$/;
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The ids that a request goes on with. */
export class RequestIds {
  /** Made for each request; a client cannot give it. */
  readonly requestId = uuidv7();
  /** The one that the client gave, where it fits, so that several requests can share it. */
  readonly correlationId: string;
  /** W3C trace context: continued, or begun here. */
  readonly traceparent: string;

  constructor(correlationId: string | undefined, traceparent: string | undefined) {
    const { requestId } = this;
    this.correlationId = correlationId !== undefined && CORRELATION_ID.test(correlationId) ? correlationId : requestId;
    this.traceparent = traceparent !== undefined && TRACEPARENT.test(traceparent) ? traceparent : begun(requestId);
  }
}

/** A trace of its own for a request: its id is that of the trace, and the random end of it that of the first span. */
function begun(requestId: string): string {
  const end = requestId.slice(24);
  return `00-${requestId.slice(0, 8)}${requestId.slice(9, 13)}${requestId.slice(14, 18)}${requestId.slice(19, 23)}${end}-${requestId.slice(19, 23)}${end}-01`;
}
