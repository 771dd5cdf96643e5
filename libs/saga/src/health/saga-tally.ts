import { hasEnded, type SagaPhase } from '../contracts/saga-instance.js';
import type { SagaChange } from '../engine/saga-change.js';

export type SagaOccasion = 'started' | 'completed' | 'compensated' | 'parked';

/** Takes the seconds from the start of an instance to its end. */
export type ObserveDuration = (saga: string, outcome: SagaPhase, seconds: number) => void;

/** Counts what became of instances in this process since it began, by the names of their sagas. */
export class SagaTally {
  private readonly counts = new Map<string, Record<SagaOccasion, number>>();
  private observe: ObserveDuration | undefined;

  /** `now` is the store's clock, in milliseconds since the epoch. */
  constructor(private readonly now: () => number) {}

  /** From now on; only the last one that asked hears. */
  onEnded(observe: ObserveDuration): void {
    this.observe = observe;
  }

  /** So that a saga of which nothing has come yet is shown with zeros. */
  know(saga: string): void {
    this.of(saga);
  }

  changed({ before, after }: SagaChange): void {
    const count = this.of(after.name);
    if (before.revision === 0) count.started += 1;
    if (before.parked === undefined && after.parked !== undefined) count.parked += 1;
    if (before.phase === after.phase || !hasEnded(after)) return;
    const outcome = after.phase === 'completed' ? 'completed' : 'compensated';
    count[outcome] += 1;
    if (after.startedAt !== undefined) this.observe?.(after.name, outcome, Math.max(0, this.now() - after.startedAt) / 1000);
  }

  /** By name of the saga. */
  read(occasion: SagaOccasion): readonly { readonly saga: string; readonly value: number }[] {
    return [...this.counts].map(([saga, count]) => ({ saga, value: count[occasion] }));
  }

  private of(saga: string): Record<SagaOccasion, number> {
    const known = this.counts.get(saga) ?? { started: 0, completed: 0, compensated: 0, parked: 0 };
    this.counts.set(saga, known);
    return known;
  }
}
