import type { Change } from '../contracts/unit-of-work.js';

/** A change that a unit has enlisted, with what the committer answers to it. */
export interface UnitEntry {
  readonly change: Change;
  result: unknown;
}

/** Hands out results, which come in the order of the entries. */
export function fill(entries: readonly UnitEntry[], results: readonly unknown[]): void {
  entries.forEach((entry, index) => (entry.result = results[index]));
}
