import { ConcurrencyConflictError, isMinosError, noteStoredVersion, UnitEndedError } from '@minos/common';
import type { Unit, UnitOfWork } from '@minos/common';
import { bindingOf } from '../aggregate/aggregate-binding.js';
import type { AggregateOwner } from '../aggregate/aggregate-binding.js';
import { AggregateDetachedError } from '../aggregate/aggregate.errors.js';
import { foldEvent } from '../aggregate/aggregate-root.js';
import type { AggregateRoot } from '../aggregate/aggregate-root.js';
import { CLOSE_STREAM, GUARD_STREAM } from '../contracts/event-store.js';
import type { CloseStream, GuardStream } from '../contracts/event-store.js';
import { currentEventMetadata } from '../serializer/event-metadata.js';
import type { EventSerializer } from '../serializer/event-serializer.js';
import type { Snapshot } from '../contracts/snapshot-store.js';
import type { SnapshotTaker } from '../snapshot/snapshot-taker.js';
import { appendChange } from '../stream/append-change.js';
import type { AggregateAddress, AggregateLoader } from './aggregate-loader.js';
import { AggregateDeletedError } from './repository.errors.js';
import type { StreamSlot } from './stream-slot.js';
import type { StreamSlots } from './stream-slots.js';

/** What all aggregates of one repository share. */
export interface RepositoryParts<A extends AggregateRoot> {
  readonly name: string;
  readonly unitOfWork: UnitOfWork;
  readonly serializer: EventSerializer;
  readonly loader: AggregateLoader<A>;
  readonly slots: StreamSlots<A>;
  readonly snapshots: SnapshotTaker;
}

/** What the caller is about to do; decides how the state may be come by. */
export type Purpose = 'create' | 'change' | 'read';

/** A unit waits in one queue at the most, for the first stream it touches; with a place in two it could wait for one that waits for it. */
const PLACE = Symbol.for('@minos/event-sourcing/place');
/** The aggregates that a unit decides on. */
const DECIDING = Symbol.for('@minos/event-sourcing/deciding');
/** How many unfinished units a second attempt may stand on; half as many each further one, in the end none: then no failure of others can fail it. */
const STANDS_ON_AFTER_FAILURE = 64;

/**
 * One aggregate in one unit: loads it once, hands it to everybody in the unit who asks, enlists its events, and says at the end who may go on with it.
 */
export class AggregateInUnit<A extends AggregateRoot> implements AggregateOwner {
  private current: A | undefined;
  private opening: Promise<A> | undefined;
  private slot: StreamSlot<A> | undefined;
  private generation = 0;
  /** Version at which the unit began. */
  private base = 0;
  /** Whether `base` includes what another unit is still committing. */
  private tentative = false;
  /** Events that were enlisted in this unit. */
  private readonly enlisted: object[] = [];
  /** Whether the unit's guards hold `base`. */
  private confirmed = false;
  private closing = false;
  private left = false;
  /** Whether the unit is committing changes that others may stand on. */
  private handedOn = false;
  private snapshot: Snapshot | undefined;

  constructor(
    private readonly parts: RepositoryParts<A>,
    private readonly unit: Unit,
    private readonly address: AggregateAddress,
  ) {
    unit.onSettling((work) => this.settle(work));
    unit.onStored(() => this.stored());
    unit.onCommitted(() => this.saveSnapshot());
    unit.onFailed((error) => this.failed(error));
  }

  /** The instance of this unit; at version 0 where there is no such aggregate. */
  async open(purpose: Purpose): Promise<A> {
    if (this.closing) throw new AggregateDeletedError(this.parts.name, this.address.id);
    this.opening ??= this.obtain(purpose);
    try {
      const aggregate = await this.opening;
      if (purpose !== 'read') this.decideTogether();
      return aggregate;
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }

  /** After a decision that returned: enlists what it applied. */
  accept(aggregate: A): void {
    if (aggregate !== this.current) {
      throw new ConcurrencyConflictError(
        `A decision on ${this.address.stream} ran together with another of the same unit, which threw after applying events. Decide one after the other.`,
      );
    }
    const { uncommitted } = bindingOf(aggregate);
    if (uncommitted.length > 0) aggregate.commit();
  }

  /** After a decision that threw: an instance with events that will not be stored is of no use any more. */
  reject(aggregate: A): void {
    if (aggregate !== this.current || bindingOf(aggregate).uncommitted.length === 0) return;
    bindingOf(aggregate).owner = undefined;
    this.current = undefined;
    this.opening = undefined;
  }

  /** Closes the stream with the unit's commit. */
  close(): void {
    const change: CloseStream = { kind: CLOSE_STREAM, stream: this.address.stream, expectedVersion: this.version };
    this.unit.enlist(change);
    this.closing = true;
  }

  demand(attempted: string): void {
    if (this.parts.unitOfWork.current() === this.unit) return;
    throw new AggregateDetachedError(this.parts.name, this.address.stream, attempted);
  }

  record(events: readonly object[]): void {
    const metadata = currentEventMetadata();
    const serialized = events.map((event) => this.parts.serializer.serialize(event, metadata));
    this.unit.enlist(appendChange(this.address.stream, serialized, this.version === 0 ? 'no-stream' : this.version));
    this.enlisted.push(...events);
    noteStoredVersion(this.unit, this.address.stream, this.version);
    if (this.current) bindingOf(this.current).version = this.version;
  }

  private get version(): number {
    return this.base + this.enlisted.length;
  }

  private async obtain(purpose: Purpose): Promise<A> {
    if (!this.unit.resources.has(PLACE)) await this.queue();
    const again = this.base > 0 || this.enlisted.length > 0;
    const aggregate = again ? await this.refold() : ((await this.takeKnown(purpose)) ?? (await this.fetch(purpose)));
    if (this.unit.state !== 'open') throw new UnitEndedError(this.unit.id, this.unit.state, `Loading ${this.address.stream}`);
    bindingOf(aggregate).owner = this;
    this.current = aggregate;
    return aggregate;
  }

  private async queue(): Promise<void> {
    this.unit.resources.set(PLACE, this);
    this.slot = await this.parts.slots.enter(keyOf(this.address), this.unit);
    if (!this.slot) return;
    if (this.left) return this.leaveSlot(undefined, false);
    await this.parts.slots.drained(this.slot, this.unit, this.unit.pinned ? 0 : standsOnAtMost(this.unit.attempt));
    this.generation = this.slot.generation;
  }

  /** The state that an earlier unit left, to be confirmed with the outcome of this one. */
  private async takeKnown(purpose: Purpose): Promise<A | undefined> {
    if (!this.slot) return undefined;
    const known = this.slot.take();
    if (!known || (known.producer && this.unit.pinned)) {
      await this.parts.slots.drained(this.slot, this.unit);
      return undefined;
    }
    this.base = known.version;
    this.tentative = known.producer !== undefined;
    if (known.producer) this.unit.standOn(known.producer);
    if (purpose !== 'read' || this.tentative) this.confirm();
    else await this.catchUp(known.aggregate);
    return known.aggregate;
  }

  private async catchUp(aggregate: A): Promise<void> {
    await this.parts.loader.catchUp(aggregate, this.address);
    this.base = bindingOf(aggregate).version;
  }

  /**
   * A first attempt to create believes that there is none, which saves the read; its commit checks it. Behind another unit on the stream it reads: a
   * wrong belief would cost a pause, in which those behind it overtake it.
   */
  private async fetch(purpose: Purpose): Promise<A> {
    if (purpose === 'create' && this.unit.attempt === 1 && !this.slot?.visited) {
      this.confirm();
      return this.parts.loader.make(this.address);
    }
    const aggregate = await this.parts.loader.load(this.address);
    this.base = bindingOf(aggregate).version;
    return aggregate;
  }

  /** After a decision threw halfway and was caught: what was stored, and what this unit enlisted before. */
  private async refold(): Promise<A> {
    const aggregate = await this.parts.loader.load(this.address);
    const found = bindingOf(aggregate).version;
    if (this.tentative || found !== this.base) {
      throw new ConcurrencyConflictError(
        `${this.address.stream} cannot be folded again at version ${this.base}: the store has version ${found}.`,
      );
    }
    for (const event of this.enlisted) foldEvent(aggregate, event);
    bindingOf(aggregate).version = this.version;
    return aggregate;
  }

  /** What a unit decides on several aggregates that were read one after the other holds if all of them are still as they were read, an error too. */
  private decideTogether(): void {
    let deciding = this.unit.resources.get(DECIDING) as Set<AggregateInUnit<never>> | undefined;
    if (!deciding) this.unit.resources.set(DECIDING, (deciding = new Set()));
    deciding.add(this as unknown as AggregateInUnit<never>);
    if (deciding.size > 1) for (const one of deciding) one.confirmLoaded();
  }

  private confirmLoaded(): void {
    // What a pinned unit has written may be flushed: there the store itself has compared the version.
    if (!this.confirmed && !(this.unit.pinned && this.enlisted.length > 0)) this.confirm();
  }

  private confirm(): void {
    this.confirmed = true;
    const guard: GuardStream = { kind: GUARD_STREAM, stream: this.address.stream, version: this.base };
    this.unit.guard(guard);
  }

  private settle(work: 'returned' | 'threw'): void {
    this.left = true;
    if (this.current) bindingOf(this.current).owner = undefined;
    this.handedOn = work === 'returned' && this.changed;
    if (this.handedOn && this.reusable(this.current)) this.snapshot = this.parts.snapshots.take(this.current, this.base);
    // A pinned unit commits on its own connection; nobody can stand on it.
    if (this.unit.pinned && work === 'returned') return;
    this.leaveSlot(this.handedOn || !this.changed ? this.current : undefined, this.handedOn);
  }

  private stored(): void {
    this.leaveSlot(this.current, false);
    if (this.slot) this.parts.slots.ended(keyOf(this.address), this.slot, this.unit);
    else if (this.changed) this.offer(this.current);
  }

  private saveSnapshot(): void | Promise<void> {
    return this.snapshot && this.parts.snapshots.save(this.snapshot, this.address.tenant);
  }

  private failed(error: unknown): void {
    this.leaveSlot(undefined, false);
    if (!this.slot) return;
    const stale = this.handedOn || isMinosError(error, 'CONCURRENCY_CONFLICT');
    if (stale && this.slot.generation === this.generation) this.slot.discard();
    this.parts.slots.ended(keyOf(this.address), this.slot, this.unit);
  }

  private get changed(): boolean {
    return this.enlisted.length > 0 || this.closing;
  }

  private leaveSlot(aggregate: A | undefined, changed: boolean): void {
    if (!this.slot) return;
    const state = this.reusable(aggregate) ? { aggregate, version: this.version } : undefined;
    this.parts.slots.leave(keyOf(this.address), this.slot, this.unit, { state, changed, generation: this.generation });
  }

  private offer(aggregate: A | undefined): void {
    if (this.reusable(aggregate)) this.parts.slots.offer(keyOf(this.address), { aggregate, version: this.version });
  }

  /** Whether the instance is exactly the fold of the stream up to this unit's version. */
  private reusable(aggregate: A | undefined): aggregate is A {
    if (!aggregate || this.closing || this.version === 0) return false;
    const { tainted, uncommitted } = bindingOf(aggregate);
    return !tainted && uncommitted.length === 0;
  }
}

function keyOf({ tenant, stream }: AggregateAddress): string {
  return `${tenant}\0${stream}`;
}

function standsOnAtMost(attempt: number): number {
  return attempt === 1 ? Infinity : Math.floor(STANDS_ON_AFTER_FAILURE / 2 ** (attempt - 2));
}
