import assert from 'node:assert/strict';
import { type ContractRunner } from '@minos/common/testing';
import type { SagaInstance } from '../contracts/saga-instance.js';
import { anInstance, HOUR, next, type SagaScene } from './saga-store-scene.js';

const PARKED = { step: 'reserve', reason: 'refused', at: 1 };

/** What metrics read. */
export function sagaCountsContract(scene: SagaScene, { describe, it }: ContractRunner): void {
  const make = async (...overs: Partial<SagaInstance>[]): Promise<SagaInstance[]> => {
    const all = overs.map((over) => anInstance(over));
    for (const one of all) await scene.save(one);
    return all;
  };

  describe('counting', () => {
    it('tells how many live instances each saga has, and how old the oldest is', async () => {
      assert.deepEqual(await scene.store.counts(), []);
      const [old] = await make({}, { phase: 'completed' });
      await scene.harness.pass(HOUR);
      await make(
        { wakeAt: (await scene.harness.now()) + HOUR },
        { phase: 'compensating' },
        { phase: 'compensating', parked: PARKED },
        { name: 'refund', parked: PARKED },
        { name: 'gone', phase: 'compensated' },
      );
      const [checkout, refund, ...others] = [...(await scene.store.counts())].sort((one, other) => (one.name < other.name ? -1 : 1));
      assert.deepEqual(others, []);
      assert.deepEqual({ ...checkout, oldestSeconds: 0 }, { name: 'checkout', running: 2, compensating: 1, parked: 1, oldestSeconds: 0 });
      assert.deepEqual({ ...refund, oldestSeconds: 0 }, { name: 'refund', running: 0, compensating: 0, parked: 1, oldestSeconds: 0 });
      const age = checkout?.oldestSeconds ?? 0;
      assert.ok(age >= 3_600 && age < 3_700, `${age}`);
      assert.ok((refund?.oldestSeconds ?? -1) >= 0 && (refund?.oldestSeconds ?? 0) < 100);
      assert.ok(old);
      await scene.save(next(old, { phase: 'completed' }));
      const [left] = (await scene.store.counts()).filter(({ name }) => name === 'checkout');
      assert.ok((left?.oldestSeconds ?? 3_600) < 100, `${left?.oldestSeconds}`);
    });
  });
}
