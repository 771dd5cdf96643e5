import { option, SystemClock, validateOptions, type Clock, type ResolvedOptions, type UnitOfWork } from '@minos/common';
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

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const FIELDS = {
  store: option.custom<EventStore>('an EventStore', isObject),
  unitOfWork: option.custom<UnitOfWork>('a UnitOfWork', isObject),
  serializer: option.custom<EventSerializer>('an EventSerializer', isObject),
  snapshots: option.custom<SnapshotStore>('a SnapshotStore', isObject).optional(),
  cacheSize: option.integer({ min: 0 }).default(1000),
  placeTimeoutMs: option.number({ min: 0 }).default(30_000),
  clock: option.custom<Clock>('a Clock', isObject).optional(),
  report: option.custom<(error: unknown) => void>('a function', (value) => typeof value === 'function').default(warn),
};

export type ResolvedRepositoryOptions = Omit<ResolvedOptions<typeof FIELDS>, 'clock'> & { readonly clock: Clock };

/** Fills in the defaults; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveRepositoryOptions(options: AggregateRepositoryOptions): ResolvedRepositoryOptions {
  const resolved = validateOptions('AggregateRepository', FIELDS, options);
  return { ...resolved, clock: resolved.clock ?? new SystemClock() };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
