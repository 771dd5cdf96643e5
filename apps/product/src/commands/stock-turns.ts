import { CLOCK, type Clock, type Unit } from '@minos/common';
import { Inject, Injectable } from '@nestjs/common';

/** How long a unit waits for those before it; then it goes on, and versions decide. */
const PATIENCE_MS = 5_000;
/** One that holds a connection, and perhaps locks, waits a moment only. */
const PINNED_PATIENCE_MS = 100;
const HELD = Symbol.for('@shop/product/stock-turns');

/**
 * Lets the units of this process that touch the same products run one after the other, from their decision to their commit. A unit that touches several
 * products takes its place in all their queues at one moment, so no two units wait for each other, in whatever order their lines come.
 *
 * It saves work and keeps a busy product fair; what protects the data are the versions of the streams, also against other processes.
 */
@Injectable()
export class StockTurns {
  /** Of each product the last unit in line: resolves when it has ended. */
  private readonly last = new Map<string, Promise<void>>();

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** Waits until the units before this one have ended. What is taken is given back when the unit ends; taking it again does nothing. */
  async take(unit: Unit, skus: Iterable<string>): Promise<void> {
    const held = heldBy(unit);
    const keys = [...skus].map((sku) => `${unit.tenant}\0${sku}`).filter((key) => !held.has(key));
    if (keys.length === 0) return;
    const before = keys.flatMap((key) => this.last.get(key) ?? []);
    const ended = endOf(unit);
    for (const key of keys) {
      held.add(key);
      this.last.set(key, ended);
    }
    void ended.then(() => this.forget(keys, ended));
    if (before.length > 0) await this.bounded(Promise.all(before), unit.pinned ? PINNED_PATIENCE_MS : PATIENCE_MS);
  }

  /** How many products somebody is at work on. */
  get busy(): number {
    return this.last.size;
  }

  private forget(keys: readonly string[], ended: Promise<void>): void {
    for (const key of keys) if (this.last.get(key) === ended) this.last.delete(key);
  }

  private async bounded(event: Promise<unknown>, milliseconds: number): Promise<void> {
    const over = new AbortController();
    await Promise.race([event, this.clock.sleep(milliseconds, over.signal).catch(() => undefined)]);
    over.abort();
  }
}

function heldBy(unit: Unit): Set<string> {
  const known = unit.resources.get(HELD) as Set<string> | undefined;
  if (known !== undefined) return known;
  const made = new Set<string>();
  unit.resources.set(HELD, made);
  return made;
}

function endOf(unit: Unit): Promise<void> {
  return new Promise((resolve) => {
    unit.onStored(resolve);
    unit.onFailed(() => resolve());
  });
}
