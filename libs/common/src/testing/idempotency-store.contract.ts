import assert from 'node:assert/strict';
import type { IdempotencyScope, IdempotencyStore, RememberedAnswer } from '../contracts/idempotency-store.js';
import type { UnitOfWork } from '../contracts/unit-of-work.js';
import { globalRunner, type ContractRunner } from './contract-runner.js';

/** What an idempotency store is made of for {@link idempotencyStoreContract}; empty, with a unit of work that commits to it. */
export interface IdempotencyStoreUnderTest {
  readonly store: IdempotencyStore;
  readonly unitOfWork: UnitOfWork;
  /** Makes what is stored as old as if this time had passed. */
  age(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

const SCOPE: IdempotencyScope = { principal: 'user-1', method: 'POST', route: '/orders', key: 'k1' };
const HOUR = 3_600_000;

function answer(orderId: string): RememberedAnswer {
  return { fingerprint: 'f1', status: 202, headers: { location: `/orders/${orderId}` }, body: { orderId, note: null } };
}

/** What every {@link IdempotencyStore} keeps. */
export function idempotencyStoreContract(
  name: string,
  create: () => IdempotencyStoreUnderTest | Promise<IdempotencyStoreUnderTest>,
  runner: ContractRunner = globalRunner(),
): void {
  const { describe, it, beforeEach, afterEach } = runner;
  describe(`${name} as a store of answers`, () => {
    let harness: IdempotencyStoreUnderTest;
    beforeEach(async () => {
      harness = await create();
    });
    afterEach(() => harness.close?.());

    const remember = (scope: IdempotencyScope, given: RememberedAnswer): Promise<void> =>
      harness.unitOfWork.run((unit) => {
        unit.enlist(harness.store.remember(scope, given));
      });

    it('gives back what was stored, and nothing else', async () => {
      await remember(SCOPE, answer('1'));
      assert.deepEqual(await harness.store.find(SCOPE), answer('1'));
      for (const other of [{ tenant: 't' }, { principal: 'x' }, { method: 'PUT' }, { route: '/carts' }, { key: 'k2' }]) {
        assert.equal(await harness.store.find({ ...SCOPE, ...other }), undefined);
      }
    });

    it('stores nothing when the unit fails', async () => {
      const failing = harness.unitOfWork.run((unit) => {
        unit.enlist(harness.store.remember(SCOPE, answer('1')));
        throw new Error('the handler failed');
      });
      await assert.rejects(failing, { message: 'the handler failed' });
      assert.equal(await harness.store.find(SCOPE), undefined);
    });

    it('refuses a second answer and keeps the first', async () => {
      await remember(SCOPE, answer('1'));
      await assert.rejects(remember(SCOPE, answer('2')), { code: 'IDEMPOTENCY_KEY_TAKEN' });
      assert.deepEqual(await harness.store.find(SCOPE), answer('1'));
    });

    it('lets one of many that come at once store its answer', async () => {
      const settled = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => remember(SCOPE, answer(String(index)))));
      const refused = settled.filter((result) => result.status === 'rejected');
      assert.equal(refused.length, 19);
      for (const { reason } of refused) assert.equal((reason as { code?: unknown }).code, 'IDEMPOTENCY_KEY_TAKEN');
      const winner = settled.findIndex((result) => result.status === 'fulfilled');
      assert.deepEqual(await harness.store.find(SCOPE), answer(String(winner)));
    });

    it('keeps scopes apart whose parts run together', async () => {
      await remember({ ...SCOPE, route: '/a', key: 'b/c' }, answer('1'));
      assert.equal(await harness.store.find({ ...SCOPE, route: '/a/b', key: 'c' }), undefined);
    });

    it('keeps answers for 24 hours, then lets the key be used anew', async () => {
      await remember(SCOPE, answer('1'));
      await harness.age(23 * HOUR);
      assert.deepEqual(await harness.store.find(SCOPE), answer('1'));
      await harness.age(2 * HOUR);
      assert.equal(await harness.store.find(SCOPE), undefined);
      await remember(SCOPE, answer('2'));
      assert.deepEqual(await harness.store.find(SCOPE), answer('2'));
    });
  });
}
