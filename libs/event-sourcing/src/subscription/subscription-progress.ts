import type { FeedPosition, RecordedEvent } from '../contracts/event-store.js';

/**
 * `standby`: another process runs it; `running`: handling; `idle`: everything settled is handled; `failed`: stopped before an event that it
 * could not handle; `stopped`: not started, or stopped.
 */
export type SubscriptionState = 'stopped' | 'standby' | 'running' | 'idle' | 'failed';

export interface SubscriptionProgress {
  readonly name: string;
  readonly state: SubscriptionState;
  /** Everything up to here is handled; `undefined` before the first event. */
  readonly position: FeedPosition | undefined;
  /** Events behind the position at the most: numbers without an event, and events of other types, are counted too. 0 means that none waits. */
  readonly lagEvents: number;
  /** Age of the oldest event that waits. */
  readonly lagSeconds: number;
  /** Time since this runner last moved on or found nothing to do. */
  readonly unmovedSeconds: number;
  /** Failed, or not moving although work waits. */
  readonly stalled: boolean;
  /** The last error, until the runner moves on again. */
  readonly error?: unknown;
  /** Where it stopped, if it `failed`. */
  readonly failedEvent?: RecordedEvent;
}
