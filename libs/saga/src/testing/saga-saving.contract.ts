import assert from 'node:assert/strict';
import { uuidv7 } from '@minos/common';
import { type ContractRunner, rejectsWith } from '@minos/common/testing';
import { anInstance, entry, next, type SagaScene } from './saga-store-scene.js';

const CONFLICT = 'CONCURRENCY_CONFLICT';

/** Saving: revisions, business keys, journals. */
export function sagaSavingContract(scene: SagaScene, { describe, it }: ContractRunner): void {
  const revisionOf = async (id: string): Promise<number | undefined> => (await scene.store.load(id))?.instance.revision;
  const journalOf = async (id: string) =>
    (await scene.store.journal(id, 0, 100)).map(({ number, kind, step, data }) => [number, kind, step, data]);

  describe('saving', () => {
    it('gives back what was stored', async () => {
      const instance = anInstance({
        ...{ key: 'o-"1"', cancelled: true, wakeAt: (await scene.harness.now()) + 1_000, entries: 1 },
        ...{ choices: { way: 'left' }, outcomes: 2, parent: { id: uuidv7(), request: 'r' } },
        origin: { tenant: '', correlationId: 'c-1', principal: { subject: 'u', roles: ['a'] } as never },
        steps: { reserve: { status: 'done', order: 1, outcome: { result: { text: 'nul \0 and \ud800' } } } },
      });
      assert.equal(await scene.save(instance, { journal: [entry('started')] }), true);
      assert.deepEqual(await scene.store.load(instance.id), { instance, mail: [] });
      assert.equal(await scene.store.load(uuidv7()), undefined);
    });

    it('goes from one revision to the next, and refuses what stands on another', async () => {
      const first = anInstance();
      await scene.save(first);
      const second = next(first, { state: { now: 2 } });
      assert.equal(await scene.save(second), true);
      await rejectsWith(CONFLICT, scene.save({ ...second, state: { now: 'other' } }));
      await rejectsWith(CONFLICT, scene.save(next(next(second))));
      await rejectsWith(CONFLICT, scene.save(next(anInstance())));
      assert.deepEqual((await scene.store.load(first.id))?.instance, second);
      assert.equal(await scene.save(next(second)), true);
    });

    it('lets one of many through that stand on the same revision', async () => {
      const first = anInstance();
      await scene.save(first);
      const tries = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => scene.save(next(first, { state: n }))));
      assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
      assert.equal(await revisionOf(first.id), 2);
    });

    it('makes an instance once, and one of a business key in each saga and tenant', async () => {
      const first = anInstance({ key: 'k' });
      await scene.save(first);
      await rejectsWith(CONFLICT, scene.save(anInstance({ id: first.id })));
      await rejectsWith(CONFLICT, scene.save(anInstance({ key: 'k' })));
      const others = [
        anInstance({ key: 'k', name: 'other' }),
        anInstance({ key: 'k', origin: { tenant: 'acme' } }),
        anInstance({ key: 'l' }),
        ...[anInstance(), anInstance()],
      ];
      for (const one of others) assert.equal(await scene.save(one), true);
      const { store } = scene;
      assert.deepEqual(
        [await store.findByKey('checkout', '', 'k'), await store.findByKey('checkout', 'acme', 'k'), await store.findByKey('x', '', 'k')],
        [first.id, others[1]?.id, undefined],
      );
    });

    it('makes one of those that are made at once with one key', async () => {
      const all = Array.from({ length: 12 }, () => anInstance({ key: 'k' }));
      const tries = await Promise.allSettled(all.map((one) => scene.save(one)));
      assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
      const found = await Promise.all(all.map(({ id }) => revisionOf(id)));
      assert.deepEqual(
        found.filter((one) => one !== undefined),
        [1],
      );
    });

    it('writes nothing with ifAbsent where it is there already, and nothing else fails', async () => {
      const first = anInstance({ key: 'k', entries: 1 });
      const journal = [entry('started')];
      assert.equal(await scene.save(first, { ifAbsent: true, journal }), true);
      const other = anInstance();
      const [sameId, sameKey, made] = await scene.unit((unit) => [
        scene.enlist(unit, { ...first, state: 'other' }, { ifAbsent: true, journal }),
        scene.enlist(unit, anInstance({ key: 'k', entries: 1 }), { ifAbsent: true, journal }),
        scene.enlist(unit, other),
      ]);
      assert.deepEqual([sameId?.result, sameKey?.result, made?.result], [false, false, true]);
      assert.deepEqual((await scene.store.load(first.id))?.instance, first);
      assert.equal((await journalOf(first.id)).length, 1);
      assert.equal(await revisionOf(other.id), 1);
    });

    it('makes one of those that are made at once with ifAbsent, and all their units commit', async () => {
      const all = Array.from({ length: 12 }, () => anInstance({ key: 'k' }));
      const results = await Promise.all(all.map((one) => scene.save(one, { ifAbsent: true })));
      assert.equal(results.filter(Boolean).length, 1);
    });

    it('takes several changes of one instance in one unit, in their order', async () => {
      const first = anInstance({ key: 'k', entries: 1 });
      const again = anInstance({ key: 'k' });
      const results = await scene.unit((unit) => [
        scene.enlist(unit, first, { ifAbsent: true, journal: [entry('started')] }),
        scene.enlist(unit, again, { ifAbsent: true }),
        scene.enlist(unit, next(first, { entries: 2 }), { journal: [entry('sent', { n: 1 })] }),
        scene.enlist(unit, next(next(first), { entries: 3 }), { journal: [entry('replied', { n: 2 })] }),
      ]);
      assert.deepEqual(
        results.map(({ result }) => result),
        [true, false, true, true],
      );
      assert.deepEqual([await revisionOf(first.id), await revisionOf(again.id)], [3, undefined]);
      assert.deepEqual(await journalOf(first.id), [
        [1, 'started', undefined, undefined],
        [2, 'sent', 'reserve', { n: 1 }],
        [3, 'replied', 'reserve', { n: 2 }],
      ]);
      await rejectsWith(
        CONFLICT,
        scene.unit((unit) => [1, 2].forEach(() => scene.enlist(unit, next(next(next(first)))))),
      );
      await rejectsWith(
        CONFLICT,
        scene.unit((unit) => ['a', 'b'].forEach(() => scene.enlist(unit, anInstance({ key: 'new' })))),
      );
      assert.deepEqual([await revisionOf(first.id), await scene.store.findByKey('checkout', '', 'new')], [3, undefined]);
    });

    it('numbers the journal without holes, in pages', async () => {
      let instance = anInstance({ entries: 2 });
      await scene.save(instance, { journal: [entry('started'), entry('sent', { n: 'nul \0' })] });
      for (const n of [3, 4, 5]) {
        instance = next(instance, { entries: n });
        await scene.save(instance, { journal: [entry('retried', { n })] });
      }
      await scene.save(next(instance));
      const { journal } = scene.store;
      const numbers = async (after: number, limit: number): Promise<number[]> =>
        (await journal.call(scene.store, instance.id, after, limit)).map(({ number }) => number);
      assert.deepEqual([await numbers(0, 3), await numbers(3, 3), await numbers(5, 3)], [[1, 2, 3], [4, 5], []]);
      const now = await scene.harness.now();
      for (const { at } of await scene.store.journal(instance.id, 0, 9)) assert.ok(Math.abs(at - now) < 60_000);
      assert.deepEqual(await scene.store.journal(uuidv7(), 0, 9), []);
    });

    it('writes with the unit, or nothing', async () => {
      const one = anInstance();
      const failing = scene.unit((unit) => {
        scene.enlist(unit, one);
        scene.enlist(unit, next(anInstance()));
      });
      await rejectsWith(CONFLICT, failing);
      assert.equal(await scene.store.load(one.id), undefined);
      await scene.unit(async (unit) => {
        scene.enlist(unit, one, { ifAbsent: true });
        await unit.flush();
        scene.enlist(unit, next(one));
      });
      assert.equal(await revisionOf(one.id), 2);
    });
  });
}
