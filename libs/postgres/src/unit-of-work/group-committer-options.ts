import type { Clock, CrashPoints } from '@minos/common';
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
  /** Hears of every commit that stored something: feeds wake up on it. Must not throw. */
  readonly onCommitted?: () => void;
  readonly crashPoints?: CrashPoints;
}
