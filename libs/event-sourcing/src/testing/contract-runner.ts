import assert from 'node:assert/strict';
import { isMinosError } from '@minos/common';

/** What a contract suite needs of a test runner. */
export interface ContractRunner {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>): void;
  /** Once before the tests of the surrounding `describe`. */
  before(body: () => Promise<void>): void;
  /** Once after them. */
  after(body: () => Promise<void>): void;
}

type Hook = (body: () => Promise<void>) => void;

/** The runner whose functions are global: Jest, or Vitest with `globals: true`. With node:test pass `{ describe, it, before, after }` from it. */
export function globalRunner(): ContractRunner {
  const found = globalThis as unknown as Partial<{
    describe: ContractRunner['describe'];
    it: ContractRunner['it'];
    beforeAll: Hook;
    afterAll: Hook;
  }>;
  const { describe, it, beforeAll, afterAll } = found;
  if (!describe || !it || !beforeAll || !afterAll) {
    throw new TypeError(
      'No global describe, it, beforeAll and afterAll were found. Pass the functions of your test runner as a ContractRunner.',
    );
  }
  return { describe, it, before: beforeAll, after: afterAll };
}

/** The promise rejects with this code. */
export async function rejectsWith(code: string, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => {
    if (!isMinosError(error, code))
      throw new assert.AssertionError({ message: `expected the code ${code}, but got ${String(error)}`, actual: error });
    return true;
  });
}

/** Waits until `probe` answers something, at the most `withinMs`. */
export async function until<T>(probe: () => Promise<T | undefined>, withinMs = 10_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    assert.ok(Date.now() < deadline, `nothing came within ${withinMs} ms`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
