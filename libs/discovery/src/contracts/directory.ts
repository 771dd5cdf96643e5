import type { Access } from '@minos/auth';

/** A route of a service, as it serves it. */
export interface Endpoint {
  /** In capitals, such as `GET`; `*` is every method. */
  readonly method: string;
  /** Segments; `{name}` is any one segment, `{name...}` at the end is the rest, at least one: `/orders/{id}/events`, `/files/{path...}`. */
  readonly path: string;
  readonly access: Access;
  /** Whether it can be sent again where the first try may have been handled: GET, HEAD, OPTIONS, PUT and DELETE, or with an idempotency key. @default by its method */
  readonly repeatable?: boolean;
  /** How long one call may take, in milliseconds. @default that of the gateway */
  readonly timeoutMs?: number;
}

/** `up`: send requests. `suspect`: its lease lapsed and nothing could be found out, or it is slow as all of its service are; used where nobody else is there. `draining`: it leaves. */
export type InstanceState = 'up' | 'suspect' | 'draining';

/** One process of a service. */
export interface ServiceInstance {
  /** Durable name of the service. */
  readonly service: string;
  /** Id of this process; a restart has another one. */
  readonly instance: string;
  /** Where it answers: scheme, host and port, such as `http://127.0.0.1:8084`. */
  readonly address: string;
  /** Of the release. */
  readonly version: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly endpoints: readonly Endpoint[];
  readonly state: InstanceState;
}

/** All that is known at one moment. Never changed; the next moment is another object. */
export interface DirectorySnapshot {
  /** Ascends with each change at its source. */
  readonly version: number;
  readonly instances: readonly ServiceInstance[];
  /** Since when the source is away, ISO-8601: what is here may be old. */
  readonly staleSince?: string;
}

/**
 * Where services are, as one process knows it. `current` costs nothing and does no I/O. An outage of the source leaves what is known as it is, and says so in `staleSince`. Listeners are
 * called in order, each with a snapshot that is newer than the one before; what they throw is logged.
 */
export interface ServiceDirectory {
  readonly current: DirectorySnapshot;
  /** Answers at once with what is there now, too. Returns what ends it. */
  subscribe(listener: (snapshot: DirectorySnapshot) => void): () => void;
  /** Resolves when something is known, or rejects with a retryable error after `withinMs`. Asking again while it is open changes nothing. */
  open(withinMs: number): Promise<void>;
  /** Ends watching. Idempotent. */
  close(): Promise<void>;
}
