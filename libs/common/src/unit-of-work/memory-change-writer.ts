import type { Change } from '../contracts/unit-of-work.js';

/** A change carried out in memory, with the way back. */
export interface AppliedChange {
  readonly result: unknown;
  /** Takes it back; called in the reverse order of applying, with nothing applied in between. */
  undo(): void;
}

/**
 * Carries one kind of change into a memory adapter. Everything is synchronous: a unit is checked and written without anybody looking.
 */
export interface MemoryChangeWriter<C extends Change = Change> {
  readonly kind: string;
  /**
   * Checks the change against what is there (earlier changes of the unit are applied already) and writes it. Throws the typed error
   * where the check fails, having written nothing. A repetition of what is stored returns the first result and an `undo` that does nothing.
   */
  apply(change: C, tenant: string): AppliedChange;
}
