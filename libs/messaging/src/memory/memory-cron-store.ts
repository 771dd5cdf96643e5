import type { AppliedChange, Clock, MemoryChangeWriter } from '@minos/common';
import { FIRE_CRON, type CronReading, type CronState, type CronStore, type FireCron } from '../contracts/cron-store.js';
import { CronTickTakenError } from '../errors/cron.errors.js';

/** The next times of crons in the memory of the process. It is the writer of its changes: hand it to the `MemoryCommitter`. */
export class MemoryCronStore implements CronStore, MemoryChangeWriter<FireCron> {
  readonly kind = FIRE_CRON;
  private readonly states = new Map<string, CronState>();

  constructor(private readonly clock: Clock) {}

  async read(names: readonly string[]): Promise<CronReading> {
    const crons = [...new Set(names)].sort().flatMap((name) => this.states.get(name) ?? []);
    return { now: this.clock.now(), crons };
  }

  async define(name: string, definition: string, next: number): Promise<void> {
    const found = this.states.get(name);
    if (found?.definition === definition) return;
    const nextAt = found !== undefined && found.nextAt <= this.clock.now() ? found.nextAt : next;
    const rest = found ?? { lastTick: undefined, failures: 0, failure: undefined };
    this.states.set(name, { ...rest, name, definition, nextAt });
  }

  apply({ name, definition, tick, next, failure }: FireCron): AppliedChange {
    const found = this.states.get(name);
    if (found?.definition !== definition || found.nextAt !== tick) throw new CronTickTakenError(name, tick);
    const failures = failure === undefined ? 0 : found.failures + 1;
    this.states.set(name, { name, definition, nextAt: next, lastTick: tick, failures, failure });
    return { result: undefined, undo: () => void this.states.set(name, found) };
  }
}
