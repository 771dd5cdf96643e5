import type { Lease } from '@minos/common';
import type { OutboxRecord } from './outgoing-message.js';

/** A key of a channel whose next message the broker refuses: nothing of it is sent before an operator decides. */
export interface RefusedKey {
  readonly channel: string;
  readonly key: string;
  readonly reason: string;
}

export interface RefusedKeySummary extends RefusedKey {
  /** Milliseconds since the epoch, on the store's clock. */
  readonly refusedAt: number;
}

/** What an operator decides about a refused key. */
export interface RefusedKeyDecision {
  /** What happens to the key's oldest message, the one that was refused. */
  readonly oldest: 'retry' | 'discard';
  readonly by: string;
  readonly reason?: string;
}

/** A decision that was carried out, kept for audit. */
export interface RefusalDecision extends RefusedKeyDecision, Pick<RefusedKey, 'channel' | 'key'> {
  /** Ascends. */
  readonly id: bigint;
  /** Why the broker refused it. */
  readonly refusal: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What was discarded. */
  readonly discarded?: { readonly messageId: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };
}

export interface OutboxProgress {
  /** Messages that wait, those of refused keys left out; counted up to 100,000. */
  readonly unsent: number;
  /** Age of the oldest of them in seconds, 0 where there is none. */
  readonly oldestSeconds: number;
  readonly refusedKeys: number;
}

/**
 * The relay's side of the outbox. Writing is a change of the unit of work (`messaging.outbox-add`), so it is not here.
 *
 * Order: messages of one channel and key get ascending ids in the order in which their units commit: a lower id of a key that is visible never
 * becomes visible after a higher one. Between keys nothing is promised.
 */
export interface OutboxStore {
  /**
   * The oldest records of the slots in ascending order of their ids, those of refused keys and of the given channels left out; fewer than `limit` where they
   * are large, but one at the least where there is one. Reads what is committed; takes no locks.
   */
  unsent(slots: readonly number[], limit: number, withoutChannels?: readonly string[]): Promise<readonly OutboxRecord[]>;
  /** Those of the slots of which something can be read. Cheap: many relays ask it all the time. */
  waiting(slots: readonly number[]): Promise<readonly number[]>;
  /** Forgets what was published. Idempotent. `LEASE_LOST` where a lease has gone to another relay: then nothing is forgotten. */
  forget(records: readonly OutboxRecord[], leases: readonly Lease[]): Promise<void>;
  /** Stops a key from here on, with the reason; the first reason stays. `LEASE_LOST` as above. */
  refuse(key: RefusedKey, lease: Lease): Promise<void>;
  /** For operators: what {@link OutboxStore.refuse} stopped, oldest first. */
  refusedKeys(limit: number): Promise<readonly RefusedKeySummary[]>;
  /**
   * An operator's decision: the key's messages leave again, in order, beginning with its oldest (`retry`) or without it (`discard`). `false` where
   * the key is not refused; then nothing is done. The decision is kept, with what it discards, in the same transaction.
   */
  release(key: Pick<RefusedKey, 'channel' | 'key'>, decision: RefusedKeyDecision): Promise<boolean>;
  /** Decisions, the newest first. */
  decisions(limit: number): Promise<readonly RefusalDecision[]>;
  progress(): Promise<OutboxProgress>;
}
