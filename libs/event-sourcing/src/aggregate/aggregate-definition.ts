import type { AggregateClass } from './aggregate-class.js';
import { aggregateMetadataOf } from './aggregate.decorator.js';
import { AggregateInvalidError } from './aggregate.errors.js';
import type { AggregateRoot } from './aggregate-root.js';
import type { EventClass } from './event-class.js';
import { eventsHandledBy, handlerTableOf, lineage } from './handler-table.js';
import type { EntityClass } from './member.decorator.js';
import { onDeclarationsOf } from './on.decorator.js';
import { snapshotFaults } from './snapshot-faults.js';

/** What the decorators of an aggregate say, checked. */
export interface AggregateDefinition<A extends AggregateRoot = AggregateRoot> {
  readonly type: AggregateClass<A>;
  /** Durable name, the category of its streams. */
  readonly name: string;
  readonly stateVersion: number;
  readonly snapshotEvery: number | undefined;
  /** Every event class that its `@On` methods and those of its child entities name. */
  readonly events: readonly EventClass[];
}

const NAME = /^[a-z][a-z0-9]*(?:[._][a-z0-9]+)*$/;

/** Reads and checks an aggregate's class. Throws `AGGREGATE_INVALID` with all faults; called at boot and by each repository. */
export function aggregateDefinition<A extends AggregateRoot>(type: AggregateClass<A>): AggregateDefinition<A> {
  const faults = faultsOf(type);
  const metadata = aggregateMetadataOf(type);
  if (!metadata || faults.length > 0) throw new AggregateInvalidError(type.name, faults);
  const { name, stateVersion = 1, snapshotEvery } = metadata;
  return { type, name, stateVersion, snapshotEvery, events: eventsHandledBy(type) };
}

/** Everything that is wrong with an aggregate's class, in words; empty where nothing is. */
function faultsOf(type: AggregateClass): string[] {
  const metadata = aggregateMetadataOf(type);
  if (!metadata) return [`it has no durable name; put @Aggregate('…') above the class ${type.name}`];
  const faults: string[] = [];
  if (!NAME.test(metadata.name)) {
    faults.push(`"${metadata.name}" is no name for it; use lower-case words joined by "." or "_", for example @Aggregate('sales.order')`);
  }
  if (typeof (type.prototype as Partial<AggregateRoot>).loadFromHistory !== 'function') faults.push('it does not extend AggregateRoot');
  faults.push(...handlerFaults(type), ...snapshotFaults(type, metadata));
  return faults;
}

/** What is wrong with the event handlers of a class, and of the classes of its child entities. */
function handlerFaults(type: AggregateClass | EntityClass, seen = new Set<object>()): string[] {
  if (seen.has(type)) return [];
  seen.add(type);
  const { methods, members } = handlerTableOf(type);
  return [
    ...[...methods].flatMap(([event, method]) => faultsOfHandler(type, event, method)),
    ...lineage(type).flatMap((one) => repeatedEvents(one as EventClass)),
    ...members.flatMap((member) => handlerFaults(member.type, seen)),
  ];
}

function faultsOfHandler(type: EventClass, event: EventClass, method: string | symbol): string[] {
  const prototype = type.prototype as Record<string | symbol, unknown>;
  const faults: string[] = [];
  const convention = `on${event.name}`;
  if (method !== convention && typeof prototype[convention] === 'function') {
    faults.push(
      `${type.name} has two handlers for ${event.name}: ${String(method)}(), marked @On(${event.name}), and ${convention}(), by its name. ` +
        `Remove one of them, or rename ${convention}()`,
    );
  }
  if (Object.prototype.toString.call(prototype[method]) === '[object AsyncFunction]') {
    faults.push(`${type.name}.${String(method)}() handles ${event.name} and is async; handlers change the state at once, so drop "async"`);
  }
  return faults;
}

function repeatedEvents(type: EventClass): string[] {
  const first = new Map<EventClass, string | symbol>();
  return onDeclarationsOf(type).flatMap(({ event, method }) => {
    const other = first.get(event);
    first.set(event, method);
    if (other === undefined || other === method) return [];
    return [
      `${type.name} has two handlers for ${event.name}: ${String(other)}() and ${String(method)}(), both marked @On. Remove one of them`,
    ];
  });
}
