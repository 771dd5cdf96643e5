import { option, validateOptions, type Clock, type CrashPoints } from '@minos/common';
import type { SqlExecutor } from '@minos/postgres';
import type { HintSource } from './commit-hints.js';

/** How a {@link PostgresEventFeed} reads. */
export interface PostgresEventFeedOptions {
  /** Reaches the primary. Each statement runs in a transaction of its own: a pool, not a transaction. */
  readonly database: SqlExecutor;
  readonly clock: Clock;
  /** What makes the feed look sooner than its polling: {@link CommitHints} of this process, notifications of others. @default none */
  readonly hints?: readonly HintSource[];
  /** Least time between two looks, and the first step while numbers are unsettled, in milliseconds. @default 3 */
  readonly settleMs?: number;
  /** Longest step while one transaction keeps numbers unsettled. @default 25 */
  readonly settleMaxMs?: number;
  /** First step of looking when nothing happens and no source of hints is `connected`. @default 25 */
  readonly idleMs?: number;
  /** Longest step, and the only one while a source of hints is `connected`: how late an event without a hint may be noticed. @default 1000 */
  readonly idleMaxMs?: number;
  /** How many positions a page with a condition looks at, so that a rare type does not read the whole table in one statement. @default 20000 */
  readonly scanWindow?: number;
  /** @default none */
  readonly crashPoints?: CrashPoints;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const FIELDS = {
  database: option.custom('a Database', isObject),
  clock: option.custom('a Clock', isObject),
  hints: option.list(option.custom('a source of hints', isObject)).default([]),
  settleMs: option.number({ min: 1 }).default(3),
  settleMaxMs: option.number({ min: 1 }).default(25),
  idleMs: option.number({ min: 1 }).default(25),
  idleMaxMs: option.number({ min: 1 }).default(1_000),
  scanWindow: option.integer({ min: 1 }).default(20_000),
  crashPoints: option.custom('CrashPoints', isObject).optional(),
};

export type ResolvedFeedOptions = Required<
  Pick<PostgresEventFeedOptions, 'settleMs' | 'settleMaxMs' | 'idleMs' | 'idleMaxMs' | 'scanWindow'>
>;

/** Fills in the defaults; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveFeedOptions(options: PostgresEventFeedOptions): ResolvedFeedOptions {
  return validateOptions('PostgresEventFeed', FIELDS, options);
}
