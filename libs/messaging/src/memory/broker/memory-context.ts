import type { Clock } from '@minos/common';
import type { MemoryConnection } from './memory-connection.js';
import type { MemoryLog } from './memory-log.js';

/** What the members and followers of one broker object work with. */
export interface MemoryContext {
  readonly log: MemoryLog;
  readonly clock: Clock;
  readonly connection: MemoryConnection;
  /** Pause after a rejection, and before a member joins again. */
  readonly retryMs: number;
}
