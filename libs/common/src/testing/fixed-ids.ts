import type { IdGenerator } from '../contracts/ids.js';

/** UUIDs that a test can foretell: the given ones first, then `00000000-0000-7000-8000-000000000001`, `…002` and so on. */
export class FixedIds implements IdGenerator {
  private readonly given: string[];
  private count = 0;

  constructor(...given: readonly string[]) {
    this.given = [...given];
  }

  next(): string {
    return this.given.shift() ?? `00000000-0000-7000-8000-${(++this.count).toString(16).padStart(12, '0')}`;
  }
}
