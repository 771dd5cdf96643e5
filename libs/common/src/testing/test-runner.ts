/** The part of a test runner that the contract suites use. Jest has it as globals, Vitest with `globals: true`. */
export interface TestRunner {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => void | Promise<void>): void;
  beforeEach(body: () => void | Promise<void>): void;
  afterEach(body: () => void | Promise<void>): void;
}

/** The runner whose test file this is called in. */
export function testRunner(): TestRunner {
  const runner = globalThis as Partial<TestRunner>;
  if (runner.describe === undefined)
    throw new Error('No test runner has put describe() into the globals; call the suites from a test file.');
  return runner as TestRunner;
}
