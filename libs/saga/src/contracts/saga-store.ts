import type { Change, JsonObject } from '@minos/common';
import type { SagaRequest } from './saga-operation.js';
import type { JournalEntry, JournalKind, SagaInstance, SagaStatus, StepOutcome } from './saga-instance.js';

export const SAVE_SAGA = 'saga.save';
export const MAIL_SAGA = 'saga.mail';

/**
 * Stores an instance with what was noted. `instance.revision` is the new one: 1 makes it, any other is refused with `CONCURRENCY_CONFLICT` unless the stored one
 * is exactly one less. Making one whose id, or whose name, tenant and key, is there already: refused with `CONCURRENCY_CONFLICT` too, so that the work runs again and
 * finds it; with `ifAbsent` nothing is written of this change alone, and what is made is
 * due now at the latest, whatever its process takes for the time. The result is whether it was written.
 */
export interface SaveSaga extends Change {
  readonly kind: typeof SAVE_SAGA;
  readonly instance: SagaInstance;
  /** Their numbers end with `instance.entries`. */
  readonly journal: readonly JournalEntry[];
  /** Mail that this change has taken in. */
  readonly read: readonly string[];
  readonly ifAbsent: boolean;
}

/** What an instance is to hear. */
export type SagaMailBody =
  | { readonly kind: 'answer'; readonly request: string; readonly command: string; readonly outcome: StepOutcome }
  | ({ readonly kind: 'operate' } & SagaRequest)
  | { readonly kind: 'look' }
  /** The saga of which it is a step takes that back, and waits for an answer to this request. */
  | { readonly kind: 'undo'; readonly request: string };

/** Puts something into the mail of an instance, which is due at once: for one that this process can not go on with itself. Mail to an instance that is gone is dropped. */
export interface MailSaga extends Change {
  readonly kind: typeof MAIL_SAGA;
  /** UUID: the same mail twice is one. */
  readonly id: string;
  readonly sagaId: string;
  readonly body: SagaMailBody;
}

export interface SagaMail {
  readonly id: string;
  readonly body: SagaMailBody;
}

/** An instance as it is stored now. */
export interface LoadedSaga {
  readonly instance: SagaInstance;
  /** In the order of their coming. */
  readonly mail: readonly SagaMail[];
}

/** A version of a saga that a process has the plan of. */
export interface CarriedSaga {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
}

export interface DueSagas {
  readonly ids: readonly string[];
  /** Whether more are due. */
  readonly left: boolean;
  /** Milliseconds until the next one of the carried ones is due; `undefined` where none waits for a time. */
  readonly nextInMs: number | undefined;
  /** The store's clock, in milliseconds since the epoch. */
  readonly now: number;
}

export interface SagaFilter {
  readonly name?: string;
  readonly status?: SagaStatus;
  readonly key?: string;
  readonly tenant?: string;
  /** Only those that were started longer ago than so many milliseconds. */
  readonly olderThanMs?: number;
}

export interface SagaSummary {
  readonly instance: SagaInstance;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly changedAt: number;
  readonly endedAt?: number;
}

export interface SagaPage {
  readonly limit: number;
  /** The last of the page before. */
  readonly after?: { readonly startedAt: number; readonly id: string };
}

export interface StoredEntry {
  /** From 1, without holes. */
  readonly number: number;
  readonly kind: JournalKind;
  readonly step?: string;
  readonly data?: JsonObject;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A plan that instances in the store need. */
export interface SagaInUse extends CarriedSaga {
  /** Instances that have not ended, and those that completed as a step of such a one, which may still take them back. */
  readonly live: number;
}

export interface SagaProgress {
  readonly running: number;
  readonly compensating: number;
  readonly parked: number;
  /** For how long the oldest that is due has waited, in seconds; 0 where none is due. */
  readonly overdueSeconds: number;
}

/** How many instances of a saga have not ended. */
export interface SagaCounts {
  readonly name: string;
  readonly running: number;
  readonly compensating: number;
  readonly parked: number;
  /** Age of the oldest of them in seconds; of many thousands only some are looked at. */
  readonly oldestSeconds: number;
}

/**
 * The instances of a service's sagas, in its own database. Writing is a change of the unit of work (`saga.save`, `saga.mail`), so it is not here: the change of an instance
 * commits with the mark of the answer that led to it, the commands that follow from it, and whatever else the unit did.
 *
 * Time is the store's clock alone. Reads see what is committed and take no locks. Each call has crash points `saga.<call>.before|after`.
 */
export interface SagaStore {
  load(id: string): Promise<LoadedSaga | undefined>;
  /** The id of the instance with this business key. */
  findByKey(name: string, tenant: string, key: string): Promise<string | undefined>;
  /**
   * Claims instances of which something is due: each is given to one caller, and again to another once `leaseMs` is over and it is still due. Of the carried versions alone;
   * the longest due first. Any number of processes may call it at once; none waits for another.
   */
  claimDue(carried: readonly CarriedSaga[], limit: number, leaseMs: number): Promise<DueSagas>;
  /** In the order of (start, id), the newest first. */
  list(filter: SagaFilter, page: SagaPage): Promise<readonly SagaSummary[]>;
  summary(id: string): Promise<SagaSummary | undefined>;
  /** Oldest first, those with numbers behind `after`. */
  journal(id: string, after: number, limit: number): Promise<readonly StoredEntry[]>;
  inUse(): Promise<readonly SagaInUse[]>;
  progress(): Promise<SagaProgress>;
  /** By name, for metrics: asked now and then, not for each message. A saga without live instances is left out. */
  counts(): Promise<readonly SagaCounts[]>;
  /**
   * Forgets instances that ended longer ago than so many milliseconds, with their journals, `limit` at the most. Those that are a step of another go
   * after that one: it, or the one of which it is a step, may still take them back. Resolves with how many.
   */
  purge(endedBeforeMs: number, limit: number): Promise<number>;
}
