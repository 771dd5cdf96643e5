import type { Change } from '@minos/common';

export const RESERVE_RESOURCE = 'saga.reserve-resource';
export const CONFIRM_RESOURCE = 'saga.confirm-resource';
export const CANCEL_RESOURCE = 'saga.cancel-resource';

/** Who wants something: a saga, or anybody who says so. */
export interface ResourceHolder {
  /** Id of the saga. */
  readonly holder: string;
  /** When it started, in milliseconds since the epoch. The lower is the older; of two that started at once the one with the lower id. */
  readonly age: number;
}

/**
 * Asks for a resource; the result is a {@link ReserveOutcome}. It is never refused: where the outcome is `busy` or `cancelled` nothing was written, and the unit may go on.
 *
 * - Free, and nobody in line: held, until the lease is over.
 * - Held by the same holder already: held still, with the same fence, and the lease begins anew.
 * - Held by another: waits at the end of the line, or is busy. It may wait only if `waits`, and only if it either has nothing else, or is older than the one that holds the
 *   resource and than all in line ("wait-die": Rosenkrantz, Stearns, Lewis, "System level concurrency control for distributed database systems", 1978). A reservation
 *   in this store, held or waiting, is something else, and so is whatever `holdsElsewhere` stands for.
 * - One that waits for something as a younger one may have nothing else meanwhile: busy, also where the resource is free.
 *
 * So everyone who waits and has something is older than all whom it waits for, and no circle can form.
 */
export interface ReserveResource extends Change, ResourceHolder {
  readonly kind: typeof RESERVE_RESOURCE;
  readonly resource: string;
  /** Milliseconds from the moment at which it is held. */
  readonly leaseMs: number;
  /** It may hold something, or wait, in another store. */
  readonly holdsElsewhere: boolean;
  /** Otherwise it is busy instead of waiting. */
  readonly waits: boolean;
  /** UUID of a scheduled message (`messaging.schedule`) of this unit, which becomes due when all reservations of the holder that name it are held. @default none */
  readonly answer?: string;
}

export type ReserveOutcome =
  | {
      readonly status: 'held';
      readonly fence: number;
      /** End of the lease, in milliseconds since the epoch on the store's clock. */
      readonly until: number;
    }
  | {
      readonly status: 'waiting';
      /** The one that it will have when it is held. */
      readonly fence: number;
      /** 1 is the next. */
      readonly place: number;
    }
  /** `by`: who holds the resource, or, where it is free, whom the asker waits for elsewhere. */
  | { readonly status: 'busy'; readonly by: string }
  /** Its cancellation came first. */
  | { readonly status: 'cancelled' };

/** What a unit let go in its wake. */
export interface FreedOutcome {
  /** How many became holders by it. */
  readonly granted: number;
}

/**
 * Ends a reservation that is held; the next in line holds the resource from then on. Done once, a repetition changes nothing. Refused with `resource.lost` (a `Rejection`) where
 * the holder does not hold the resource, or holds it under another fence; then nothing of the unit is written. A lease that is over does no harm until somebody else has
 * taken the resource. The result is a {@link FreedOutcome}.
 */
export interface ConfirmResource extends Change {
  readonly kind: typeof CONFIRM_RESOURCE;
  readonly resource: string;
  readonly holder: string;
  /** @default whichever it holds */
  readonly fence?: number;
}

/**
 * Gives a resource back, or leaves the line; its kept answer is forgotten with it. Where there is nothing to give back, and nothing was confirmed, `remembered` leaves a note,
 * so that a reservation of this holder that comes later is `cancelled`. Never refused; a repetition changes nothing. The result is a {@link FreedOutcome}.
 */
export interface CancelResource extends Change {
  readonly kind: typeof CANCEL_RESOURCE;
  readonly resource: string;
  readonly holder: string;
  readonly remembered: boolean;
}

export type ResourceChange = ReserveResource | ConfirmResource | CancelResource;

/** A reservation as it is stored now. */
export interface StoredReservation extends ResourceHolder {
  readonly resource: string;
  /** Ascends over those who hold the resource, one after the other. */
  readonly fence: number;
  /** End of the lease; missing where it waits. */
  readonly until?: number;
}

export interface DueGrants {
  readonly granted: number;
  /** Whether more may be due: more than one call takes, or in use by a transaction at this moment. */
  readonly left: boolean;
  /** Milliseconds until the next lease is over for which somebody waits; `undefined` where there is none. */
  readonly nextInMs: number | undefined;
}

/**
 * Who holds what for the length of a saga, in the participant's own database. Reserving, confirming and cancelling are changes of the unit of work (`saga.reserve-resource`,
 * `saga.confirm-resource`, `saga.cancel-resource`), so they are not here: they commit with the rest of the unit, or with nothing.
 *
 * At most one holds a resource at any time. Order: the line is first in, first out, in the order of the commits; who comes never overtakes, and fences ascend in the order of
 * the holders. Units that change one resource, or reserve for one holder, commit one after the other. Blocking: what waits in line is a row, and holds no lock of the database.
 *
 * Who holds a resource past its lease loses it to the next in line, or to the next who comes: when anybody reserves it, or by {@link grantDue}. Grants commit with whatever
 * led to them: the next one is the holder, and its answer is due, or neither.
 *
 * Time is the store's clock alone. Reads see what is committed and take no locks. Each call has crash points `saga.<call>.before|after`.
 */
export interface ResourceStore {
  holderOf(tenant: string, resource: string): Promise<StoredReservation | undefined>;
  /** In order, without the holder. */
  line(tenant: string, resource: string): Promise<readonly StoredReservation[]>;
  /** All that one holder has, held or waiting, by the names of the resources. */
  reservationsOf(tenant: string, holder: string): Promise<readonly StoredReservation[]>;
  /** Gives resources whose leases are over to the next in line, of `limit` resources at the most. Waits for nobody. Any number of processes may call it at once. */
  grantDue(limit: number): Promise<DueGrants>;
  /**
   * Forgets what was confirmed or cancelled longer ago than so many milliseconds, and reservations whose leases ended before that and for which nobody waits; `limit` of each at the
   * most. Resolves with how many.
   */
  purgeResources(beforeMs: number, limit: number): Promise<number>;
}
