import type { Clock, Unit } from '@minos/common';
import { StreamSlot } from './stream-slot.js';
import type { KnownState, Leaving } from './stream-slot.js';

export interface StreamSlotsOptions {
  readonly clock: Clock;
  /** How many states are kept of streams that nobody uses. */
  readonly cacheSize: number;
  /** How long a unit may hold a stream while others wait. */
  readonly placeTimeoutMs: number;
}

const PINNED_PATIENCE_MS = 100;

/** The slots of all streams of one repository: those in use, and, up to a limit, the least recently used of the others with their state. */
export class StreamSlots<A> {
  private readonly used = new Map<string, StreamSlot<A>>();
  private readonly cached = new Map<string, StreamSlot<A>>();
  private readonly watched = new WeakSet<StreamSlot<A>>();

  constructor(private readonly options: StreamSlotsOptions) {}

  /**
   * Waits for the unit's turn on the stream. The slot is the unit's until it calls {@link StreamSlots.leave}. A pinned unit holds a connection, and
   * perhaps locks that those before it need, which no database can see as a deadlock: it waits a moment only, then has no slot.
   */
  async enter(key: string, unit: Unit): Promise<StreamSlot<A> | undefined> {
    const slot = this.slotFor(key);
    const turn = slot.enter(unit);
    if (!turn) return slot;
    this.watch(key, slot);
    await this.bounded(turn, unit);
    if (!slot.withdraw(unit)) return slot;
    this.retire(key, slot);
    return undefined;
  }

  /** Waits until at the most so many units are still committing changes of the stream; a pinned one only a moment. */
  async drained(slot: StreamSlot<A>, unit: Unit, atMost = 0): Promise<void> {
    await this.bounded(slot.drained(atMost), unit);
  }

  leave(key: string, slot: StreamSlot<A>, unit: Unit, leaving: Leaving<A>): void {
    slot.leave(unit, leaving);
    this.retire(key, slot);
  }

  /** The unit that had entered has committed or failed. */
  ended(key: string, slot: StreamSlot<A>, unit: Unit): void {
    slot.ended(unit);
    this.retire(key, slot);
  }

  /** Keeps a state that came about beside the slot, unless somebody is at work on the stream. */
  offer(key: string, state: KnownState<A>): void {
    if (this.used.has(key) || this.options.cacheSize === 0) return;
    const slot = this.slotFor(key);
    slot.offer(state);
    this.retire(key, slot);
  }

  /** How many streams are in use, and of how many others the state is kept. */
  size(): { readonly used: number; readonly cached: number } {
    return { used: this.used.size, cached: this.cached.size };
  }

  private async bounded(event: Promise<void>, unit: Unit): Promise<void> {
    if (!unit.pinned) return event;
    const over = new AbortController();
    await Promise.race([event, this.options.clock.sleep(PINNED_PATIENCE_MS, over.signal).catch(() => undefined)]);
    over.abort();
  }

  private slotFor(key: string): StreamSlot<A> {
    const slot = this.used.get(key) ?? this.cached.get(key) ?? new StreamSlot<A>();
    this.cached.delete(key);
    this.used.set(key, slot);
    return slot;
  }

  /** A slot that nobody uses goes to the cache, or away. */
  private retire(key: string, slot: StreamSlot<A>): void {
    if (!slot.idle || this.used.get(key) !== slot) return;
    this.used.delete(key);
    if (!slot.hasState || this.options.cacheSize === 0) return;
    this.cached.set(key, slot);
    for (const oldest of this.cached.keys()) {
      if (this.cached.size <= this.options.cacheSize) return;
      this.cached.delete(oldest);
    }
  }

  /**
   * A unit whose work hangs (or waits for one that waits for it) must not stop a stream for ever: versions protect the data, the queue only saves
   * work. One watch per stream; it ends when nobody waits any more.
   */
  private watch(key: string, slot: StreamSlot<A>): void {
    if (this.watched.has(slot)) return;
    this.watched.add(slot);
    const holder = slot.heldBy;
    void this.options.clock.sleep(this.options.placeTimeoutMs).then(() => {
      this.watched.delete(slot);
      if (slot.waiting > 0 && slot.heldBy === holder) slot.evictHolder();
      if (slot.waiting > 0) this.watch(key, slot);
      this.retire(key, slot);
    });
  }
}
