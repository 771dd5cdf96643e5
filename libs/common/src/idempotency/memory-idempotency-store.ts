import type { Clock } from '../contracts/clock.js';
import {
  REMEMBER_ANSWER,
  type IdempotencyScope,
  type IdempotencyStore,
  type RememberAnswer,
  type RememberedAnswer,
} from '../contracts/idempotency-store.js';
import type { AppliedChange, MemoryChangeWriter } from '../unit-of-work/memory-change-writer.js';
import { IdempotencyKeyTakenError } from './idempotency.errors.js';

/** How long answers are kept. */
export const IDEMPOTENCY_RETENTION_MS = 24 * 3_600_000;

interface Entry {
  readonly answer: RememberedAnswer;
  readonly storedAt: number;
}

/**
 * Answers in memory, for tests and for services whose storage is memory. It is its own writer: hand it to the `MemoryCommitter`.
 */
export class MemoryIdempotencyStore implements IdempotencyStore, MemoryChangeWriter<RememberAnswer> {
  readonly kind = REMEMBER_ANSWER;
  /** In the order of storing, so the oldest come first. */
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly clock: Clock) {}

  find(scope: IdempotencyScope): Promise<RememberedAnswer | undefined> {
    return Promise.resolve(this.fresh(slotOf(scope))?.answer);
  }

  remember(scope: IdempotencyScope, answer: RememberedAnswer): RememberAnswer {
    return { kind: REMEMBER_ANSWER, scope, answer };
  }

  apply({ scope, answer }: RememberAnswer): AppliedChange {
    this.dropLapsed();
    const slot = slotOf(scope);
    if (this.fresh(slot) !== undefined) throw new IdempotencyKeyTakenError(scope);
    this.entries.set(slot, { answer: JSON.parse(JSON.stringify(answer)) as RememberedAnswer, storedAt: this.clock.now() });
    return { result: undefined, undo: () => void this.entries.delete(slot) };
  }

  private fresh(slot: string): Entry | undefined {
    const entry = this.entries.get(slot);
    return entry !== undefined && !this.lapsed(entry) ? entry : undefined;
  }

  private dropLapsed(): void {
    for (const [slot, entry] of this.entries) {
      if (!this.lapsed(entry)) return;
      this.entries.delete(slot);
    }
  }

  private lapsed(entry: Entry): boolean {
    return this.clock.now() - entry.storedAt >= IDEMPOTENCY_RETENTION_MS;
  }
}

function slotOf({ tenant = '', principal, method, route, key }: IdempotencyScope): string {
  return JSON.stringify([principal, method, route, key, tenant]);
}
