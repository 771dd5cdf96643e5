import { MinosError } from '@minos/common';
import type { RecordedEvent } from '../contracts/event-store.js';

/** The handler failed on one event as often as it may. The events before it are handled and committed. */
export class SubscriptionFailedError extends MinosError {
  readonly code = 'SUBSCRIPTION_FAILED' as const;
  readonly retryable = false;

  constructor(
    subscription: string,
    readonly event: RecordedEvent,
    readonly attempts: number,
    cause: unknown,
  ) {
    const { id, type, stream, version, position } = event;
    super(
      `The subscription "${subscription}" stopped before the event ${type} (${stream}, version ${version}, position ${position}) after ${attempts} ` +
        `failed attempts: ${cause instanceof Error ? cause.message : String(cause)}. Correct the handler and restart, or call resume() to try again.`,
      { cause, details: { subscription, id, type, stream, version, position, attempts } },
    );
  }
}

export class SubscriptionClosedError extends MinosError {
  readonly code = 'SUBSCRIPTION_CLOSED' as const;
  readonly retryable = false;

  constructor(subscription: string) {
    super(
      `The subscription "${subscription}" is closed and cannot be started again. Use stop() for a pause; make a new one after close().`,
      {
        details: { subscription },
      },
    );
  }
}

/** What says that the storage or another instance is in the way, not the event: it is waited out and counts as no attempt. */
const CIRCUMSTANCES: ReadonlySet<string> = new Set([
  'BROKER_CLOSED',
  'BROKER_UNAVAILABLE',
  'CHECKPOINT_MOVED',
  'DATABASE_CLOSED',
  'DATABASE_UNAVAILABLE',
  'LEASE_LOST',
  'OUTCOME_UNKNOWN',
  'OVERLOADED',
  'POOL_EXHAUSTED',
  'UNIT_OF_WORK_CLOSED',
]);

/** Whether `error` is no fault of the event or its handler. */
export function isCircumstance(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && CIRCUMSTANCES.has(code);
}
