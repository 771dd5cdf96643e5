import assert from 'node:assert/strict';
import { type ContractRunner, globalRunner } from '@minos/common/testing';
import type { Attempt } from '../contracts/throttle.js';
import type { AuthStorageUnderTest } from './auth-storage-scene.js';

/** Minutes: a delay that is over because the machine stood still would look like one that is not kept. */
const attempt = (pair: string, change: Partial<Attempt> = {}): Attempt => ({
  pair,
  account: 'ann',
  pairPolicy: { free: 3, first: 60_000, longest: 480_000 },
  accountPolicy: { free: 100, first: 60_000, longest: 240_000 },
  forget: 3_600_000,
  ...change,
});

/** What every store of counts does. */
export function throttleStoreContract(
  name: string,
  make: () => Promise<AuthStorageUnderTest>,
  { describe, it, beforeEach, afterEach }: ContractRunner = globalRunner(),
): void {
  describe(`${name}: counts of attempts`, () => {
    let given: AuthStorageUnderTest;
    beforeEach(async () => void (given = await make()));
    afterEach(async () => given.close?.());
    const tries = async (one: Attempt, count: number): Promise<number> => {
      let wait = 0;
      for (let index = 0; index < count; index++) wait = await given.storage.throttle.attempt(one);
      return wait;
    };
    const between = (value: number, least: number, most: number): void =>
      assert.ok(value > least && value <= most, `${value} is not within ${least} and ${most}`);

    it('lets some through, then doubles the delay up to the longest', async () => {
      const one = attempt('a');
      assert.equal(await tries(one, 4), 0);
      for (const delay of [60_000, 120_000, 240_000, 480_000, 480_000]) {
        between(await tries(one, 1), delay - 50_000, delay);
        await given.pass(delay);
        assert.equal(await tries(one, 1), 0, `after ${delay} ms`);
      }
      assert.equal(await tries(attempt('b'), 1), 0, 'another address is free');
    });

    it('counts attempts that are made at once', async () => {
      const waits = await Promise.all(Array.from({ length: 30 }, () => given.storage.throttle.attempt(attempt('a'))));
      assert.equal(waits.filter((wait) => wait === 0).length, 4);
    });

    it('forgets after success, and after a while', async () => {
      const { throttle } = given.storage;
      const one = attempt('a');
      await tries(one, 4);
      await throttle.succeeded(one, 1_000);
      assert.equal(await tries(one, 4), 0);
      await given.pass(3_600_001);
      assert.equal(await tries(one, 4), 0);
    });

    it('slows down many addresses that try one account, but not one that signed in before', async () => {
      const { throttle } = given.storage;
      const accountPolicy = { free: 5, first: 60_000, longest: 240_000 };
      const trusted = attempt('home', { accountPolicy });
      assert.equal(await tries(trusted, 1), 0);
      await throttle.succeeded(trusted, 60_000);
      for (let index = 0; index < 6; index++) assert.equal(await tries(attempt(`bot-${index}`, { accountPolicy }), 1), 0);
      between(await tries(attempt('bot-99', { accountPolicy }), 1), 0, 60_000);
      assert.equal(await tries(trusted, 1), 0, 'the owner gets in');
      await given.pass(60_001);
      await tries(attempt('bot-100', { accountPolicy }), 1);
      assert.ok((await tries(trusted, 1)) > 0, 'the trust has an end');
    });

    it('lets so many through in each window', async () => {
      const { throttle } = given.storage;
      const waits = await Promise.all(Array.from({ length: 20 }, () => throttle.take('x', 5, 60_000)));
      assert.equal(waits.filter((wait) => wait === 0).length, 5);
      between(await throttle.take('x', 5, 60_000), 50_000, 60_000);
      assert.equal(await throttle.take('y', 5, 60_000), 0);
      await given.pass(60_001);
      assert.equal(await throttle.take('x', 5, 60_000), 0);
    });

    it('deletes what says nothing any more', async () => {
      const { throttle } = given.storage;
      await tries(attempt('a'), 1);
      await throttle.take('x', 5, 60_000);
      assert.equal(await throttle.purge(), 0);
      await given.pass(61_000);
      assert.equal(await throttle.purge(), 1);
      await given.pass(3_600_000);
      assert.equal(await throttle.purge(), 2);
    });
  });
}
