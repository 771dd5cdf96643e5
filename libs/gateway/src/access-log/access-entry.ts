/** One request, when it is over. Carries no query, no header and no body: they may hold secrets. */
export interface AccessEntry {
  readonly requestId: string;
  readonly correlationId: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Template of the route; `undefined` where none fits. */
  readonly route: string | undefined;
  readonly service: string | undefined;
  readonly instance: string | undefined;
  /** What the client got; 499 where it left before. */
  readonly status: number;
  readonly milliseconds: number;
  /** Of the body that the client got. */
  readonly bytes: number;
  readonly address: string;
  readonly subject: string | undefined;
  /** How often it was sent to a service. */
  readonly tries: number;
  /** Of the problem, where the gateway itself answered. */
  readonly code: string | undefined;
}

/** Gets each request when it is over. Must not take long; what it throws is a warning, once a minute at the most. */
export type AccessListener = (entry: AccessEntry) => void;
