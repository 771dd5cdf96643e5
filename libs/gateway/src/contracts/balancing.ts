import type { ServiceInstance } from '@minos/discovery';

/** What a request needs of an instance. */
export interface InstanceWanted {
  readonly service: string;
  /** Ids of the instances that may be used. @default all of the service */
  readonly only?: ReadonlySet<string> | undefined;
  /** Ids of the instances that this request was sent to before; used again only where nobody else is there. @default none */
  readonly exclude?: ReadonlySet<string>;
}

/**
 * How a call ended. `answered`: with a response of the service itself, whatever its status. `failed`: no whole response, or 502, 504 or a 503 without `Retry-After` from the instance; a connection that is refused, reset or too slow.
 * `cancelled`: the caller left, or the gateway took the call back; says nothing of the instance.
 */
export type CallOutcome = 'answered' | 'failed' | 'cancelled';

/** The right to send one request to one instance. It counts as pending until `done`, which must be called on every way out. */
export interface InstanceLease {
  readonly instance: ServiceInstance;
  /** The head of a response is there: the instance works, though the call goes on (a download, SSE, a WebSocket). Need not be called. Idempotent. */
  answered(): void;
  /** Ends it. The first call counts, later ones do nothing. */
  done(outcome: CallOutcome): void;
}

/**
 * Why nobody can take the request. `unknown`: no such service. `none`: no instance is up. `saturated`: all have as many requests as they may. `open`: the circuit is open, or all are ejected and may not be tried yet.
 */
export type PickRefusal = 'unknown' | 'none' | 'saturated' | 'open';

export type Picked =
  | { readonly kind: 'picked'; readonly lease: InstanceLease }
  | { readonly kind: 'refused'; readonly reason: PickRefusal; readonly retryAfterMs: number };

/**
 * Chooses who answers. Draining instances are never chosen, suspect ones only where nobody else is there, ejected ones only when most are (panic). Of the others the one with the fewest pending requests,
 * and among these any. Answers at once; what it counts is of this process alone.
 */
export interface InstancePicker {
  pick(wanted: InstanceWanted): Picked;
}

/** Keeps retries from multiplying an outage: of each service a share of its requests may be sent again, and a few more each second. */
export interface RetryBudget {
  /** Called once for each request that is sent for the first time. */
  sent(service: string): void;
  /** Whether it may be sent again now; takes it from the budget. */
  take(service: string): boolean;
}
