import { bind, bindingOf } from './aggregate-binding.js';
import type { AggregateBinding, AggregateOwner } from './aggregate-binding.js';
import { AggregateDetachedError } from './aggregate.errors.js';
import { dispatchToMembers, handlerFor, nameOfEvent } from './handler-table.js';

export interface ApplyOptions {
  /** The event is stored already: changes the state, is not recorded. @default false */
  readonly fromHistory?: boolean;
  /** Records without changing the state. @default false */
  readonly skipHandler?: boolean;
}

/**
 * The base of event-sourced aggregates, with the members of @nestjs/cqrs' class of this name and their behaviour.
 *
 * Commands are ordinary methods that check the state and call {@link AggregateRoot.apply}; handlers (`@On(OrderPlaced)`, or a method named
 * `onOrderPlaced`) are the only place that changes it. An aggregate from a repository belongs to the unit it was loaded in: applying to it afterwards, or from
 * another unit, throws `AGGREGATE_DETACHED` before anything changes.
 */
export abstract class AggregateRoot<E extends object = object> {
  constructor() {
    bind(this);
  }

  /** Whether applied events are published (and, in a unit, enlisted) at once instead of being collected until `commit()`. */
  get autoCommit(): boolean {
    return bindingOf(this).autoCommit;
  }

  set autoCommit(value: boolean) {
    bindingOf(this).autoCommit = value;
  }

  /** Called for each event as it is committed; does nothing until a publisher is merged in or a subclass overrides it. */
  publish<T extends E = E>(_event: T): void {}

  /** Called by {@link AggregateRoot.commit} with all uncommitted events; does nothing until a publisher is merged in or a subclass overrides it. */
  publishAll<T extends E = E>(_events: T[]): void {}

  /** Hands the uncommitted events to the unit that holds the aggregate, if one does, and publishes them. They are stored when the unit commits. */
  commit(): void {
    const { uncommitted, owner, stream } = bindingOf(this);
    if (stream && uncommitted.length > 0) demandOwner(this, owner, 'commit()').record(uncommitted);
    this.publishAll(uncommitted as E[]);
    uncommitted.length = 0;
  }

  /** Forgets the uncommitted events. What their handlers changed stays changed, so the instance is not used for anything else afterwards. */
  uncommit(): void {
    const binding = bindingOf(this);
    binding.tainted ||= binding.uncommitted.length > 0;
    binding.uncommitted.length = 0;
  }

  getUncommittedEvents(): E[] {
    return bindingOf(this).uncommitted as E[];
  }

  loadFromHistory(history: E[]): void {
    for (const event of history) this.apply(event, true);
  }

  /** Records that the event happened and changes the state by its handler, if there is one. */
  apply<T extends E = E>(event: T, isFromHistory?: boolean): void;
  apply<T extends E = E>(event: T, options?: ApplyOptions): void;
  apply<T extends E = E>(event: T, optionsOrIsFromHistory: boolean | ApplyOptions = {}): void {
    const { fromHistory, skipHandler } = optionsOf(optionsOrIsFromHistory);
    const binding = bindingOf(this);
    const owner = binding.stream && demandOwner(this, binding.owner, 'apply()');
    if (fromHistory || skipHandler) binding.tainted = true;
    if (!fromHistory) recordIn(binding, owner, event, this.autoCommit);
    if (this.autoCommit) this.publish(event);
    if (!skipHandler) changeState(this, event, this.getEventHandler(event));
  }

  /** The method that changes the state for this event. */
  protected getEventHandler<T extends E = E>(event: T): ((event: T) => void) | undefined {
    return handlerFor(this, event, this.getEventName(event));
  }

  /** The name by which `on<EventName>` is found. */
  protected getEventName(event: object): string {
    return nameOfEvent(event);
  }
}

/** Changes the state by a stored event: what a repository does with each event of the stream. */
export function foldEvent(aggregate: AggregateRoot, event: object): void {
  changeState(aggregate, event, (aggregate as unknown as HandlerFinder).getEventHandler(event));
}

/** The protected face of an aggregate that folding needs. */
interface HandlerFinder {
  getEventHandler(event: object): ((event: object) => void) | undefined;
}

function changeState<T extends object>(aggregate: AggregateRoot, event: T, handler: ((event: T) => void) | undefined): void {
  handler?.call(aggregate, event);
  dispatchToMembers(aggregate, event);
}

function recordIn(binding: AggregateBinding, owner: AggregateOwner | undefined, event: object, atOnce: boolean): void {
  if (atOnce) owner?.record([event]);
  else binding.uncommitted.push(event);
}

function optionsOf(optionsOrIsFromHistory: boolean | ApplyOptions): Required<ApplyOptions> {
  if (typeof optionsOrIsFromHistory === 'boolean') return { fromHistory: optionsOrIsFromHistory, skipHandler: false };
  return { fromHistory: optionsOrIsFromHistory.fromHistory ?? false, skipHandler: optionsOrIsFromHistory.skipHandler ?? false };
}

function demandOwner(aggregate: AggregateRoot, owner: AggregateOwner | undefined, attempted: string): AggregateOwner {
  if (!owner) throw new AggregateDetachedError(aggregate.constructor.name, bindingOf(aggregate).stream?.name ?? '', attempted);
  owner.demand(attempted);
  return owner;
}
