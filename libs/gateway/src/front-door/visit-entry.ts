import type { AccessEntry } from '../access-log/access-entry.js';
import type { Admission } from '../admission/admission.js';
import type { Incoming } from '../request/incoming.js';

/** How a request ended. */
export interface VisitEnd {
  /** On the monotonic clock. */
  readonly begun: number;
  readonly status: number;
  readonly bytes: number;
  readonly instance: string | undefined;
  readonly tries: number;
  readonly code: string | undefined;
}

/** What is told of a request that is over, as far as it came. */
export function visitEntry({ incoming, admission }: { incoming: Incoming; admission: Admission | undefined }, end: VisitEnd): AccessEntry {
  const { ids, method, target, caller } = incoming;
  return {
    requestId: ids.requestId,
    correlationId: ids.correlationId,
    method,
    path: target.path,
    route: admission?.route?.path,
    service: admission?.route?.service,
    instance: end.instance,
    status: end.status,
    milliseconds: performance.now() - end.begun,
    bytes: end.bytes,
    address: caller.address,
    subject: admission?.principal?.subject,
    tries: end.tries,
    code: end.code,
  };
}
