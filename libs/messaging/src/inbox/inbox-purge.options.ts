import { option, validateOptions, type Clock, type Duration, type Leases } from '@minos/common';
import type { InboxStore } from '../contracts/inbox-store.js';

export interface InboxPurgePorts {
  readonly inbox: Pick<InboxStore, 'purge'>;
  /** Of the same database: one process at a time purges. */
  readonly leases: Leases;
  readonly clock: Clock;
  /** Consumers of channels that keep messages forever: their marks are kept as long. Asked anew with each run. @default none */
  readonly endless?: () => readonly string[];
}

export interface InboxPurgeOptions {
  /** How long marks are kept; longer than any channel keeps its messages, see `checkRetention`. @default '8d' */
  readonly retention?: Duration;
  /** Pause between runs. @default '10m' */
  readonly every?: Duration;
  /** Marks that one statement deletes at the most. @default 5000 */
  readonly batch?: number;
  /** Pause between statements of one run, so that others get their turn. @default '50ms' */
  readonly pause?: Duration;
  /** How long the lease lasts without being renewed. @default '60s' */
  readonly lease?: Duration;
}

const FIELDS = {
  retention: option.duration({ min: 60_000 }).default('8d'),
  every: option.duration({ min: 1_000 }).default('10m'),
  batch: option.integer({ min: 1, max: 100_000 }).default(5_000),
  pause: option.duration().default('50ms'),
  lease: option.duration({ min: 1_000 }).default('60s'),
};

export type InboxPurgeSettings = ReturnType<typeof resolveInboxPurgeOptions>;

/** Fills in the defaults, durations in milliseconds; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveInboxPurgeOptions(options: InboxPurgeOptions = {}) {
  return validateOptions('InboxPurge', FIELDS, options);
}
