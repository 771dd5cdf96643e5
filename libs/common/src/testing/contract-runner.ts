/** What a contract suite needs of a test runner. */
export interface ContractRunner {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => void | Promise<void>): void;
  /** Once before the tests of the surrounding `describe`. */
  before(body: () => void | Promise<void>): void;
  /** Once after them. */
  after(body: () => void | Promise<void>): void;
  beforeEach(body: () => void | Promise<void>): void;
  afterEach(body: () => void | Promise<void>): void;
}

type Globals = Omit<ContractRunner, 'before' | 'after'> & { beforeAll: ContractRunner['before']; afterAll: ContractRunner['after'] };

/** The runner whose functions are global: Jest, or Vitest with `globals: true`. For node:test pass the module itself, `import * as runner from 'node:test'`. */
export function globalRunner(): ContractRunner {
  const { describe, it, beforeAll, afterAll, beforeEach, afterEach } = globalThis as unknown as Partial<Globals>;
  if (!describe || !it || !beforeAll || !afterAll || !beforeEach || !afterEach) {
    throw new TypeError(
      'No global describe, it, beforeAll, afterAll, beforeEach and afterEach were found. Call the contract from a test file, or pass the functions of your test runner as a ContractRunner.',
    );
  }
  return { describe, it, before: beforeAll, after: afterAll, beforeEach, afterEach };
}
