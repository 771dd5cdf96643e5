import { type AggregateRoot, streamOf } from '@minos/event-sourcing';

/** The version that the aggregate has once what was decided now is stored. */
export function versionOf(aggregate: AggregateRoot): number {
  return streamOf(aggregate).version + aggregate.getUncommittedEvents().length;
}
