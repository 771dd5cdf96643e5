import type { StreamName } from '../contracts/event-store.js';
import { bindingOf } from './aggregate-binding.js';
import { AggregateUnboundError } from './aggregate.errors.js';
import { AggregateRoot } from './aggregate-root.js';

export interface AggregateStream {
  readonly id: string;
  readonly name: StreamName;
  /** Version of the last event that is stored or was handed to the unit; events that were only applied do not count yet. */
  readonly version: number;
}

/** Which stream an aggregate from a repository is the fold of, and up to which version. Throws `AGGREGATE_UNBOUND` for any other. */
export function streamOf(aggregate: AggregateRoot): AggregateStream {
  const { stream, version } = bindingOf(aggregate);
  if (!stream) throw new AggregateUnboundError(aggregate.constructor.name);
  return { id: stream.id, name: stream.name, version };
}

/** Whether it is an aggregate from a repository, whose events are stored. */
export function hasStream(aggregate: object): boolean {
  return aggregate instanceof AggregateRoot && bindingOf(aggregate).stream !== undefined;
}
