import { isMinosError } from '@minos/common';
import type { Unit, UnitOfWork } from '@minos/common';
import { bindingOf } from '../aggregate/aggregate-binding.js';
import type { AggregateClass } from '../aggregate/aggregate-class.js';
import { aggregateDefinition } from '../aggregate/aggregate-definition.js';
import type { AggregateDefinition } from '../aggregate/aggregate-definition.js';
import type { AggregateRoot } from '../aggregate/aggregate-root.js';
import { SnapshotTaker } from '../snapshot/snapshot-taker.js';
import { currentTenant } from '../stream/current-tenant.js';
import { streamName } from '../stream/stream-name.js';
import { AggregateInUnit } from './aggregate-in-unit.js';
import type { Purpose, RepositoryParts } from './aggregate-in-unit.js';
import { AggregateLoader } from './aggregate-loader.js';
import type { AggregateAddress } from './aggregate-loader.js';
import { resolveRepositoryOptions } from './aggregate-repository-options.js';
import type { AggregateRepositoryOptions } from './aggregate-repository-options.js';
import { AggregateAlreadyExistsError, AggregateDeletedError, AggregateNotFoundError } from './repository.errors.js';
import { StreamSlots } from './stream-slots.js';

/**
 * Loads aggregates of one class and stores what they decide.
 *
 * `create`, `update` and `delete` join the open unit of work, or open one; then their promise settles when it has committed, and a conflict runs their
 * callback again on fresh state. Inside one unit there is one instance per id. Commands on one aggregate run one after the other in the order of
 * their coming, each on what the one before decided, and commit together. A rejection or a no-op is answered only after the version that it was
 * decided on is confirmed by the store.
 *
 * Errors: `AGGREGATE_NOT_FOUND`, `AGGREGATE_ALREADY_EXISTS`, `AGGREGATE_DELETED`, `UNKNOWN_EVENT`, `PAYLOAD_REFUSED`, and those of the unit of work,
 * `CONCURRENCY_CONFLICT` among them. Whatever the callback throws leaves as it is, and nothing is stored.
 */
export class AggregateRepository<A extends AggregateRoot> {
  readonly definition: AggregateDefinition<A>;
  private readonly parts: RepositoryParts<A>;
  private readonly unitOfWork: UnitOfWork;
  private readonly key: symbol;

  /** Checks the class (`AGGREGATE_INVALID`) and makes its events and its name known to the serializer's registry. */
  constructor(type: AggregateClass<A>, options: AggregateRepositoryOptions) {
    const { store, unitOfWork, serializer, snapshots, report, ...rest } = resolveRepositoryOptions(options);
    const definition = aggregateDefinition(type);
    const { name } = definition;
    serializer.registry.register(...definition.events).claimName({ kind: 'aggregate', name, target: type });
    const loader = new AggregateLoader<A>({ definition, store, serializer, snapshots, report });
    const taker = new SnapshotTaker({ definition, snapshots, report });
    this.definition = definition;
    this.unitOfWork = unitOfWork;
    this.parts = { name, unitOfWork, serializer, loader, slots: new StreamSlots<A>(rest), snapshots: taker };
    this.key = Symbol(`aggregates ${name}`);
  }

  /**
   * The aggregate as it is stored when the call returns. Inside a unit it is that unit's instance, to be changed too: `commit()` enlists its events. Outside
   * it is for reading; changing it throws `AGGREGATE_DETACHED`.
   */
  async load(id: string): Promise<A> {
    const aggregate = await this.loadOrNew(id);
    if (bindingOf(aggregate).version === 0) throw new AggregateNotFoundError(this.definition.name, id);
    return aggregate;
  }

  /** As {@link AggregateRepository.load}; `undefined` where there is none, or it was deleted. */
  async find(id: string): Promise<A | undefined> {
    try {
      const aggregate = await this.loadOrNew(id);
      return bindingOf(aggregate).version === 0 ? undefined : aggregate;
    } catch (error) {
      if (isMinosError(error, 'AGGREGATE_DELETED')) return undefined;
      throw error;
    }
  }

  /** Decides on a new aggregate. It exists once an event is stored; a callback that applies none makes nothing. */
  create<R>(id: string, decide: (aggregate: A) => R | Promise<R>): Promise<R> {
    return this.run(id, async (held) => {
      const aggregate = await held.open('create');
      const { version } = bindingOf(aggregate);
      if (version > 0) throw new AggregateAlreadyExistsError(this.definition.name, id, version);
      return decideOn(held, aggregate, decide);
    });
  }

  /** Decides on an existing aggregate. */
  update<R>(id: string, decide: (aggregate: A) => R | Promise<R>): Promise<R> {
    return this.run(id, async (held) => decideOn(held, await this.existing(held, id), decide));
  }

  /** Closes the aggregate's stream for good, behind the events of a last decision. Its events stay readable; its id is not used again. */
  delete(id: string, decide: (aggregate: A) => void | Promise<void> = () => undefined): Promise<void> {
    return this.run(id, async (held) => {
      await decideOn(held, await this.existing(held, id), decide);
      held.close();
    });
  }

  /** How many aggregates are in use, and how many others are kept folded. */
  memory(): { readonly used: number; readonly cached: number } {
    return this.parts.slots.size();
  }

  private async existing(held: AggregateInUnit<A>, id: string): Promise<A> {
    const aggregate = await held.open('change');
    if (bindingOf(aggregate).version === 0) throw new AggregateNotFoundError(this.definition.name, id);
    return aggregate;
  }

  private async loadOrNew(id: string): Promise<A> {
    const unit = this.unitOfWork.current();
    if (unit) return this.held(unit, id).open('read' satisfies Purpose);
    return this.parts.loader.load(this.address(id, currentTenant(this.unitOfWork)));
  }

  private async run<R>(id: string, work: (held: AggregateInUnit<A>) => Promise<R>): Promise<R> {
    try {
      return await this.unitOfWork.run((unit) => work(this.held(unit, id)));
    } catch (error) {
      if (!isMinosError(error, 'STREAM_CLOSED') || error.details.stream !== streamName(this.definition.name, id)) throw error;
      throw new AggregateDeletedError(this.definition.name, id, { cause: error });
    }
  }

  private held(unit: Unit, id: string): AggregateInUnit<A> {
    let known = unit.resources.get(this.key) as Map<string, AggregateInUnit<A>> | undefined;
    if (!known) unit.resources.set(this.key, (known = new Map()));
    let held = known.get(id);
    if (!held) known.set(id, (held = new AggregateInUnit(this.parts, unit, this.address(id, unit.tenant))));
    return held;
  }

  private address(id: string, tenant: string): AggregateAddress {
    return { id, stream: streamName(this.definition.name, id), tenant };
  }
}

async function decideOn<A extends AggregateRoot, R>(
  held: AggregateInUnit<A>,
  aggregate: A,
  decide: (aggregate: A) => R | Promise<R>,
): Promise<R> {
  try {
    const result = await decide(aggregate);
    held.accept(aggregate);
    return result;
  } catch (error) {
    held.reject(aggregate);
    throw error;
  }
}
