import { option, validateOptions, type Clock, type CrashPoints } from '@minos/common';
import type { SqlExecutor } from '@minos/postgres';

/** How a {@link PostgresBroker} works. */
export interface PostgresBrokerOptions {
  /**
   * The broker's own database: a pool of `Database`, which its owner closes after the broker. How long a call may take is what the pool allows. Members, followers
   * and publishing take one connection each while a statement of theirs runs.
   */
  readonly database: SqlExecutor;
  readonly clock: Clock;
  /** The server's own address, to listen for hints that other processes have published. Without it messages of theirs are noticed by polling. @default none */
  readonly connectionString?: string;
  /** Pause between looks for new messages when there were none, in milliseconds; it grows to {@link pollMaxMs} while nothing happens. While other processes can be heard, see {@link hintedPauseMs}. @default 25 */
  readonly pollMs?: number;
  /** @default 250 */
  readonly pollMaxMs?: number;
  /**
   * Pause between looks (never less than {@link pollMaxMs}), and the longest between heartbeats, while other processes can be heard over {@link connectionString}: what there is to look at is hinted at then.
   * A quarter of the session is the limit for heartbeats. @default 2500
   */
  readonly hintedPauseMs?: number;
  /** Key, headers and body of one message in bytes; more is refused. Larger than what an outbox takes, which knows neither sequence nor seal. @default 1048576 */
  readonly maxMessageBytes?: number;
  /** Messages that go into one statement at the most. @default 1000 */
  readonly batchMessages?: number;
  /** Bytes that go into one statement at about the most. @default 4000000 */
  readonly batchBytes?: number;
  /** Messages that a member reads in one statement at the most. @default 2000 */
  readonly fetchMessages?: number;
  /** Bytes of bodies that a member reads in one statement at about the most. @default 8000000 */
  readonly fetchBytes?: number;
  /** Pause between two heartbeats of a member in milliseconds, where {@link hintedPauseMs} is not meant; at most a quarter of the session. @default 1000 */
  readonly heartbeatMs?: number;
  /** How long positions are gathered before they are told, in milliseconds. @default 1000 */
  readonly tellMs?: number;
  /** Between two rounds of making the tables of the next days and dropping old ones. @default 600000 */
  readonly upkeepMs?: number;
  /** @default none */
  readonly crashPoints?: CrashPoints;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const FIELDS = {
  database: option.custom<SqlExecutor>('a Database', (value) => typeof (value as Partial<SqlExecutor> | null)?.query === 'function'),
  clock: option.custom<Clock>('a Clock', isObject),
  connectionString: option.string().secret().optional(),
  pollMs: option.number({ min: 1 }).default(25),
  pollMaxMs: option.number({ min: 1 }).default(250),
  hintedPauseMs: option.number({ min: 1 }).default(2_500),
  maxMessageBytes: option.integer({ min: 1, max: 256_000_000 }).default(1_048_576),
  batchMessages: option.integer({ min: 1, max: 100_000 }).default(1_000),
  batchBytes: option.integer({ min: 1, max: 256_000_000 }).default(4_000_000),
  fetchMessages: option.integer({ min: 1, max: 100_000 }).default(2_000),
  fetchBytes: option.integer({ min: 1 }).default(8_000_000),
  heartbeatMs: option.number({ min: 1 }).default(1_000),
  tellMs: option.number({ min: 0 }).default(1_000),
  upkeepMs: option.number({ min: 1 }).default(600_000),
  crashPoints: option.custom<CrashPoints>('CrashPoints', isObject).optional(),
};

export type ResolvedBrokerOptions = ReturnType<typeof resolveBrokerOptions>;

/** Fills in the defaults; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveBrokerOptions(options: PostgresBrokerOptions) {
  return validateOptions('PostgresBroker', FIELDS, options);
}
