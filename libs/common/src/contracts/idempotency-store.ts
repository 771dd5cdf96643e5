import type { JsonValue } from './json.js';
import type { Change } from './unit-of-work.js';

/** Whose key it is: the same key of another tenant, caller, method or route is another key. */
export interface IdempotencyScope {
  /** Whose caller it is: subjects of two tenants may have one name. @default '' */
  readonly tenant?: string;
  /** Subject of the principal. */
  readonly principal: string;
  /** HTTP method, upper case. */
  readonly method: string;
  /** The route's pattern, for example `/accounts/:id/deposits`; the path itself goes into the fingerprint. */
  readonly route: string;
  /** What the client sent: 1 to 255 visible ASCII characters. */
  readonly key: string;
}

/** The first answer to a request. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonValue;
}

export interface RememberedAnswer extends StoredAnswer {
  /** Hash of path and body of the request; another one under the same key is a misuse of the key. */
  readonly fingerprint: string;
}

export const REMEMBER_ANSWER = 'idempotency.remember';

/** Stores the answer to a request; refused with `IDEMPOTENCY_KEY_TAKEN` when another unit stored one under the same scope first. */
export interface RememberAnswer extends Change {
  readonly kind: typeof REMEMBER_ANSWER;
  readonly scope: IdempotencyScope;
  readonly answer: RememberedAnswer;
}

/**
 * The answers to requests that came with an `Idempotency-Key`, kept for 24 hours.
 *
 * The answer is stored by the unit that did the work, so both are there or neither: enlist {@link IdempotencyStore.remember} in it. Two
 * requests with one key that run at once: one commits, the other is refused with `IDEMPOTENCY_KEY_TAKEN`, leaves nothing behind, and reads the
 * stored answer. Faults are not remembered, rejections are: in a unit of their own.
 */
export interface IdempotencyStore {
  /** What was stored and is not older than the retention. Sees what has committed. */
  find(scope: IdempotencyScope): Promise<RememberedAnswer | undefined>;
  /** The change to enlist. Does no I/O. */
  remember(scope: IdempotencyScope, answer: RememberedAnswer): RememberAnswer;
}
