import type { Unit } from '@minos/common';

/** A folded aggregate that no unit holds. */
export interface KnownState<A> {
  readonly aggregate: A;
  readonly version: number;
}

/** What a unit leaves behind when its work is over. */
export interface Leaving<A> {
  /** The state for the next unit, if it may have it. */
  readonly state: KnownState<A> | undefined;
  /** Whether the unit is about to commit changes of the stream, so that `state` is tentative. */
  readonly changed: boolean;
  /** {@link StreamSlot.generation} when the unit took the state. */
  readonly generation: number;
}

/**
 * One stream as this process sees it: who may decide on it now, who waits for that, the state for the next one, and the units that are still
 * committing changes of it.
 *
 * Units enter one at a time, in the order of their coming; those that run again come before those that run the first time, and no unit runs
 * for ever, so each has its turn. A unit leaves when its work is over, not when it has committed: the next one then decides on the tentative
 * state and stands on the one that made it.
 */
export class StreamSlot<A> {
  /** Counts how often the state turned out to be wrong; what was derived from an earlier one is not handed on. */
  generation = 0;
  private holder: Unit | undefined;
  private state: KnownState<A> | undefined;
  /** The unit whose commit makes `state` true. */
  private producer: Unit | undefined;
  /** The units that wait, with what lets them in. */
  private readonly again = new Map<Unit, () => void>();
  private readonly first = new Map<Unit, () => void>();
  private readonly committing = new Set<Unit>();
  private entered = false;
  private readonly drains = new Set<{ readonly atMost: number; readonly resolve: () => void }>();

  /** Nobody holds it, waits for it, or is committing changes of it. */
  get idle(): boolean {
    return !this.holder && this.again.size + this.first.size + this.committing.size === 0;
  }

  /** Whether a unit has decided here before: what it left in the store, this process may know, and may not assume. */
  get visited(): boolean {
    return this.entered;
  }

  get hasState(): boolean {
    return this.state !== undefined;
  }

  get waiting(): number {
    return this.again.size + this.first.size;
  }

  get heldBy(): Unit | undefined {
    return this.holder;
  }

  /** Waits for the unit's turn. */
  enter(unit: Unit): Promise<void> | undefined {
    if (!this.holder) {
      this.holder = unit;
      return undefined;
    }
    return new Promise((resolve) => void (unit.attempt > 1 ? this.again : this.first).set(unit, resolve));
  }

  /** The unit no longer waits. `false` where its turn has come already. */
  withdraw(unit: Unit): boolean {
    return this.again.delete(unit) || this.first.delete(unit);
  }

  /** Takes the state out; whoever has it is the only one. `producer` is the unit to stand on, where the state is not yet committed. */
  take(): (KnownState<A> & { readonly producer: Unit | undefined }) | undefined {
    const { state } = this;
    this.state = undefined;
    if (this.producer?.state === 'committed') this.producer = undefined;
    return state && { ...state, producer: this.producer };
  }

  /** Resolves when at the most so many units are still committing changes of the stream. */
  async drained(atMost = 0): Promise<void> {
    for (const unit of this.committing) if (unit.state === 'committed' || unit.state === 'failed') this.ended(unit);
    if (this.committing.size > atMost) await new Promise<void>((resolve) => this.drains.add({ atMost, resolve }));
  }

  /** The unit's work is over, or it gives up waiting; the next one enters. */
  leave(unit: Unit, { state, changed, generation }: Leaving<A>): void {
    if (changed) this.committing.add(unit);
    if (this.holder !== unit) return;
    this.entered = true;
    this.state = generation === this.generation ? state : undefined;
    if (changed) this.producer = unit;
    this.admitNext();
  }

  /** Lets the next unit in although the holder has not left: it no longer hands anything on. */
  evictHolder(): void {
    this.discard();
    this.admitNext();
  }

  /** The unit has committed or failed. */
  ended(unit: Unit): void {
    this.committing.delete(unit);
    if (this.producer === unit) this.producer = undefined;
    for (const drain of this.drains) {
      if (this.committing.size > drain.atMost) continue;
      this.drains.delete(drain);
      drain.resolve();
    }
  }

  /** The state may be wrong: nobody goes on with it, nor with what the present holder makes of it. */
  discard(): void {
    this.generation++;
    this.state = undefined;
    this.producer = undefined;
  }

  /** Sets the state while nobody uses the slot. */
  offer(state: KnownState<A>): void {
    if (this.idle) this.state = state;
  }

  private admitNext(): void {
    this.holder = undefined;
    const queue = this.again.size > 0 ? this.again : this.first;
    for (const [unit, enter] of queue) {
      queue.delete(unit);
      this.holder = unit;
      enter();
      return;
    }
  }
}
