import { defineMetadata, ownMetadata } from '@minos/common';

export interface AggregateOptions {
  /** Version of the shape of the state; raise it when the fields change, so that older snapshots are no longer used. @default 1 */
  readonly stateVersion?: number;
  /** A snapshot is saved whenever the stream passes a multiple of this many events. @default no snapshots */
  readonly snapshotEvery?: number;
}

export interface AggregateMetadata extends AggregateOptions {
  readonly name: string;
}

const AGGREGATE = Symbol.for('@minos/event-sourcing/aggregate');

/**
 * Names an aggregate. The name is durable: it is the category of the aggregate's streams (`order-<id>`), so it never changes once events are
 * stored, and it holds no hyphen.
 */
export function Aggregate(name: string, options: AggregateOptions = {}): ClassDecorator {
  return (target) => defineMetadata(target, AGGREGATE, { ...options, name } satisfies AggregateMetadata);
}

/** What `@Aggregate` of this very class said; a subclass needs a name of its own. */
export function aggregateMetadataOf(type: object): AggregateMetadata | undefined {
  return ownMetadata<AggregateMetadata>(type, AGGREGATE);
}
