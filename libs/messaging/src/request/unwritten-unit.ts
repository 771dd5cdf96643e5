import type { Unit } from '@minos/common';
import { INBOX_MARK, PARTITION_FENCE } from '../contracts/inbox-store.js';
import { UNPARK_MESSAGE } from '../contracts/parked-store.js';

/** What the consumer enlists with every message that it hands to a handler. */
const OF_THE_CONSUMER: ReadonlySet<string> = new Set([INBOX_MARK, PARTITION_FENCE, UNPARK_MESSAGE]);

/** Whether the work of the unit has written nothing yet. With a connection of its own it may have, unseen. */
export function isUnwritten(unit: Unit): boolean {
  return !unit.pinned && unit.changes.every(({ kind }) => OF_THE_CONSUMER.has(kind));
}
