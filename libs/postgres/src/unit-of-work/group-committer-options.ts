import {
  NO_CRASH_POINTS,
  option,
  validateOptions,
  type Clock,
  type CrashPoints,
  type OptionField,
  type ResolvedOptions,
} from '@minos/common';
import type { Database } from '../database/database.js';
import type { ChangeWriterRegistry } from './writer-registry.js';

export interface GroupCommitterOptions {
  readonly database: Database;
  readonly writers: ChangeWriterRegistry;
  readonly clock: Clock;
  /** Units that may wait for a commit; one more is refused with `OVERLOADED`. @default 10000 */
  readonly queueLimit?: number;
  /** Units in one transaction at the most. @default 256 */
  readonly batchUnits?: number;
  /** Batches on the way at one time, each on a connection of its own. @default 2 */
  readonly lanes?: number;
  /** Bytes of changes in one transaction at the most, about. @default 4 MiB */
  readonly batchBytes?: number;
  /** How long a unit waits for what another transaction holds, before `STATEMENT_TIMEOUT`. Units that need something else do not wait with it. @default 30000 */
  readonly lockTimeoutMs?: number;
  /** How long the fate of a commit is looked for whose connection was lost, before `OUTCOME_UNKNOWN`. @default 5000 */
  readonly outcomeTimeoutMs?: number;
  /** Hears of every commit that may have stored something: feeds wake up on it. Must not throw. */
  readonly onCommitted?: CommitListener;
  readonly crashPoints?: CrashPoints;
}

/** Takes the kinds of the changes that may have been stored; without them it may be anything. */
export type CommitListener = (kinds?: ReadonlySet<string>) => void;

/** Tells of commits. */
export interface CommitHintSource {
  /** Whether commits of other processes are heard of now. */
  readonly connected: boolean;
  /** Calls `listener` after commits that may have stored something, in this process and (late, or not at all, and without saying what) in others. Returns how to stop. */
  onHint(listener: CommitListener): () => void;
  /** Says that something was committed by other ways than the unit of work: to the listeners here, and to other processes. Never throws. */
  tell?(): void;
}

/** Longest delay that a timer of Node can wait for. */
const LONGEST_MS = 2_147_483_647;

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const count = (): OptionField<number> => option.integer({ min: 1 });
const milliseconds = (): OptionField<number> => option.integer({ min: 1, max: LONGEST_MS });

const FIELDS = {
  database: option.custom<Database>('a Database', isObject),
  writers: option.custom<ChangeWriterRegistry>('a ChangeWriterRegistry', isObject),
  clock: option.custom<Clock>('a Clock', isObject),
  queueLimit: count().default(10_000),
  batchUnits: count().default(256),
  lanes: count().default(2),
  batchBytes: count().default(4 * 1024 * 1024),
  lockTimeoutMs: milliseconds().default(30_000),
  outcomeTimeoutMs: milliseconds().default(5_000),
  onCommitted: option.custom<CommitListener>('a function', (value) => typeof value === 'function').default(() => undefined),
  crashPoints: option.custom<CrashPoints>('CrashPoints', isObject).default(NO_CRASH_POINTS),
};

export type ResolvedCommitterOptions = ResolvedOptions<typeof FIELDS>;

/** Fills in the defaults; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveCommitterOptions(options: GroupCommitterOptions): ResolvedCommitterOptions {
  return validateOptions('GroupCommitter', FIELDS, options);
}
