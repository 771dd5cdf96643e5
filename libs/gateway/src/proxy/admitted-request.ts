import type { IncomingMessage } from 'node:http';
import type { Principal } from '@minos/common';
import type { Route } from '../contracts/routes.js';
import type { RequestHead } from '../headers/request-head.js';
import type { RequestIds } from '../headers/trace-context.js';
import type { Incoming } from '../request/incoming.js';
import type { RequestTarget } from '../request/request-target.js';

/** What is asked of a service. */
type Asked = Pick<Incoming, 'method' | 'head' | 'target' | 'ids'> & { readonly request: IncomingMessage | undefined };

/** A request that may go to its service. */
export class AdmittedRequest {
  readonly method: string;
  /** Where the body comes from; `undefined` where there is none. */
  readonly source: IncomingMessage | undefined;
  readonly head: RequestHead;
  readonly target: RequestTarget;
  readonly ids: RequestIds;

  constructor(
    { method, request, head, target, ids }: Asked,
    readonly route: Route,
    readonly principal: Principal | undefined,
    /** Names and values in turn, for the service; what differs with each try is added. */
    readonly headers: readonly string[],
  ) {
    this.method = method;
    this.source = request;
    this.head = head;
    this.target = target;
    this.ids = ids;
  }
}
