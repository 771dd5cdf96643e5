import type { Change } from '@minos/common';
import type { OutboxAdd } from './outgoing-message.js';

export const SCHEDULE_MESSAGE = 'messaging.schedule';
export const CANCEL_SCHEDULE = 'messaging.cancel-schedule';

/** When a message is due: at a moment, or so long after the commit, in milliseconds; both on the database's clock. */
export type DueTime = { readonly at: number } | { readonly after: number };

/**
 * Keeps a message until it is due; its result is the message's id, by which it can be cancelled. Where the id is pending already, the new message and time replace
 * the old ones.
 */
export interface ScheduleMessage extends Change, Omit<OutboxAdd, 'kind'> {
  readonly kind: typeof SCHEDULE_MESSAGE;
  /** Durable name of the message. */
  readonly type: string;
  readonly due: DueTime;
}

/**
 * Takes a pending message away; its result says whether it was pending. Of a cancel and the move of the same message to the outbox exactly one wins. After a
 * connection was lost during the commit it may have to be done again, and then says `false`, whoever took the message away.
 */
export interface CancelSchedule extends Change {
  readonly kind: typeof CANCEL_SCHEDULE;
  readonly messageId: string;
}

/** What one {@link ScheduleStore.moveDue} did. Times are the store's clock. */
export interface DueMove {
  readonly moved: number;
  /** The slots of the outbox into which something was moved. */
  readonly slots: readonly number[];
  /** Whether something is due still: more than one move takes, or its key or row is in use by a transaction at this moment. */
  readonly left: boolean;
  /** Milliseconds until the next message is due, of those that are not yet; `undefined` where there is none. */
  readonly nextInMs: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A pending message as operators see it. */
export interface PendingSchedule {
  readonly id: string;
  readonly type: string;
  readonly channel: string;
  readonly key: string;
  readonly tenant: string;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
  readonly scheduledAt: number;
}

export interface ScheduleFilter {
  readonly type?: string;
  readonly channel?: string;
  readonly key?: string;
}

export interface SchedulePage {
  readonly limit: number;
  /** The last of the page before. */
  readonly after?: Pick<PendingSchedule, 'dueAt' | 'id'>;
}

export interface ScheduleProgress {
  /** Messages that wait, due or not; counted up to 100,000. */
  readonly pending: number;
  /** For how long the oldest that is due waits to leave, in seconds; 0 where none is due. */
  readonly overdueSeconds: number;
}

/**
 * Messages that leave later. Scheduling and cancelling are changes of the unit of work (`messaging.schedule`, `messaging.cancel-schedule`), so they are not here.
 *
 * Time: due times are kept to the millisecond and compared on the store's clock alone. Order: what is due of one channel and key leaves in the order of
 * (due time, id), over all processes that move; between keys nothing is promised, and what is scheduled for a time that has passed does not overtake
 * what has left.
 */
export interface ScheduleStore {
  /**
   * Moves due messages to the outbox, at most `limit` (a few more where some become visible meanwhile), fewer where they are large. One transaction: a message is
   * pending or in the outbox, never both or neither. Waits for nobody: what a transaction holds at this moment is left, with what comes behind it in its key.
   * Any number of processes may call it at once.
   */
  moveDue(limit: number): Promise<DueMove>;
  /** In the order of (due time, id). */
  list(filter: ScheduleFilter, page: SchedulePage): Promise<readonly PendingSchedule[]>;
  progress(): Promise<ScheduleProgress>;
}
