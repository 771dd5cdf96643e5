import assert from 'node:assert/strict';
import type { IdGenerator } from '../contracts/ids.js';
import { isUuid } from '../ids/uuid-v7.js';
import { globalRunner, type ContractRunner } from './contract-runner.js';

/** What every {@link IdGenerator} keeps. */
export function idGeneratorContract(name: string, create: () => IdGenerator, runner: ContractRunner = globalRunner()): void {
  const { describe, it } = runner;
  describe(`${name} as a generator of ids`, () => {
    it('gives UUIDs, none twice, ascending', () => {
      const ids = create();
      const given = Array.from({ length: 5000 }, () => ids.next());
      assert.ok(given.every(isUuid));
      assert.equal(new Set(given).size, 5000);
      assert.deepEqual([...given].sort(), given);
    });
  });
}
