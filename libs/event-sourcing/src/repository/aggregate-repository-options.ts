import type { Clock, UnitOfWork } from '@minos/common';
import { SystemClock } from '@minos/common';
import type { EventStore } from '../contracts/event-store.js';
import type { SnapshotStore } from '../contracts/snapshot-store.js';
import type { EventSerializer } from '../serializer/event-serializer.js';

export interface AggregateRepositoryOptions {
  readonly store: EventStore;
  /** Its committer has the writers of `store`. */
  readonly unitOfWork: UnitOfWork;
  readonly serializer: EventSerializer;
  /** @default no snapshots, whatever the aggregates say */
  readonly snapshots?: SnapshotStore;
  /** How many aggregates are kept folded in memory after use; 0 for none. @default 1000 */
  readonly cacheSize?: number;
  /** How long, in milliseconds, a unit may keep others of this process waiting for one aggregate; then they go on without it, and versions decide. @default 30000 */
  readonly placeTimeoutMs?: number;
  /** @default the clocks of the machine */
  readonly clock?: Clock;
  /** Hears of what fails no command: snapshots that could not be taken or used. @default process.emitWarning */
  readonly report?: (error: unknown) => void;
}

export function withDefaults(options: AggregateRepositoryOptions) {
  return {
    cacheSize: 1000,
    placeTimeoutMs: 30_000,
    clock: new SystemClock(),
    snapshots: undefined as SnapshotStore | undefined,
    report: (error: unknown) => process.emitWarning(error instanceof Error ? error : String(error)),
    ...definedOnly(options),
  };
}

function definedOnly<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
