import assert from 'node:assert/strict';
import { uuidv7 } from '@minos/common';
import { type ContractRunner } from '@minos/common/testing';
import type { SagaInstance } from '../contracts/saga-instance.js';
import type { SagaFilter, SagaPage } from '../contracts/saga-store.js';
import { anInstance, entry, HOUR, next, type SagaScene } from './saga-store-scene.js';

const PARKED = { step: 'reserve', reason: 'refused', at: 1 };

/** What operators and health checks read, and the purge. */
export function sagaReadingContract(scene: SagaScene, { describe, it }: ContractRunner): void {
  const listed = async (filter: SagaFilter = {}, page: SagaPage = { limit: 100 }): Promise<string[]> =>
    (await scene.store.list(filter, page)).map(({ instance }) => instance.id);
  const make = async (...overs: Partial<SagaInstance>[]): Promise<string[]> => {
    const all = overs.map((over) => anInstance(over));
    await scene.unit((unit) => all.forEach((one) => scene.enlist(unit, one)));
    return all.map(({ id }) => id);
  };

  describe('reading', () => {
    it('lists in pages, the newest first', async () => {
      const old = await make({}, {}, {});
      await scene.harness.pass(1_000);
      const all = [...old, ...(await make({}, {}))].reverse();
      assert.deepEqual(await listed(), all);
      const pages: string[] = [];
      for (let after: SagaPage['after']; ;) {
        const page = await scene.store.list({}, { limit: 2, ...(after && { after }) });
        pages.push(...page.map(({ instance }) => instance.id));
        const last = page.at(-1);
        if (last === undefined) break;
        after = { startedAt: last.startedAt, id: last.instance.id };
      }
      assert.deepEqual(pages, all);
    });

    it('lists by name, status, key, tenant and age', async () => {
      const overs: readonly Partial<SagaInstance>[] = [
        { name: 'other', key: 'k' },
        { phase: 'compensating', key: 'k' },
        { phase: 'compensating', parked: PARKED },
        { phase: 'completed', origin: { tenant: 'acme' } },
      ];
      const [other = '', back = '', parked = '', done = ''] = await make(...overs);
      await scene.harness.pass(HOUR);
      const [fresh = ''] = await make({ phase: 'compensated' });
      const found = async (filter: SagaFilter): Promise<string[]> => (await listed(filter)).sort();
      assert.deepEqual(await found({ name: 'other' }), [other]);
      assert.deepEqual(await found({ key: 'k' }), [other, back].sort());
      assert.deepEqual([await found({ status: 'compensating' }), await found({ status: 'parked' })], [[back], [parked]]);
      assert.deepEqual([await found({ status: 'running' }), await found({ status: 'compensated' })], [[other], [fresh]]);
      assert.deepEqual([await found({ tenant: 'acme' }), await found({ tenant: 'x' })], [[done], []]);
      assert.deepEqual(await found({ olderThanMs: HOUR / 2 }), [other, back, parked, done].sort());
      assert.deepEqual(await found({ key: 'k', name: 'checkout', status: 'compensating', tenant: '', olderThanMs: 0 }), [back]);
    });

    it('tells when an instance was started, changed and ended', async () => {
      const one = anInstance();
      const [begun, minute] = [await scene.harness.now(), 60_000];
      await scene.save(one);
      const first = await scene.store.summary(one.id);
      assert.ok(first && Math.abs(first.startedAt - begun) < minute);
      assert.deepEqual(first, { instance: one, startedAt: first.startedAt, changedAt: first.startedAt });
      await scene.harness.pass(HOUR);
      const done = next(one, { phase: 'completed' });
      await scene.save(done);
      const second = await scene.store.summary(one.id);
      assert.ok(second?.endedAt !== undefined && second.endedAt - second.startedAt >= HOUR);
      assert.deepEqual([second.instance, second.changedAt], [done, second.endedAt]);
      await scene.harness.pass(HOUR);
      await scene.save(next(done));
      const third = await scene.store.summary(one.id);
      assert.ok(third?.endedAt !== undefined && third.changedAt - third.endedAt >= HOUR);
      assert.deepEqual(await scene.store.list({}, { limit: 1 }), [third]);
      assert.equal(await scene.store.summary(uuidv7()), undefined);
    });

    it('tells which plans live instances need', async () => {
      assert.deepEqual(await scene.store.inUse(), []);
      await make({}, {}, { parked: PARKED }, { version: 2, hash: 'h-2' }, { phase: 'completed' }, { phase: 'compensated', name: 'gone' });
      const found = [...(await scene.store.inUse())].sort((one, other) => one.version - other.version);
      assert.deepEqual(found, [
        { name: 'checkout', version: 1, hash: 'h-1', live: 3 },
        { name: 'checkout', version: 2, hash: 'h-2', live: 1 },
      ]);
    });

    it('tells that plans are needed whose instances completed as steps of a live one', async () => {
      const [parent = ''] = await make({});
      const [child = ''] = await make({ phase: 'completed', name: 'child', parent: { id: parent, request: 'r' } });
      await make(
        { phase: 'completed', name: 'grandchild', parent: { id: child, request: 'r' } },
        { phase: 'compensated', name: 'gone', parent: { id: parent, request: 's' } },
        { phase: 'completed', name: 'gone', parent: { id: uuidv7(), request: 'r' } },
      );
      const found = (await scene.store.inUse()).map(({ name, live }) => `${name} ${live}`);
      assert.deepEqual(found.sort(), ['checkout 1', 'child 1', 'grandchild 1']);
    });

    it('tells how many there are, and for how long the longest due has waited', async () => {
      assert.deepEqual(await scene.store.progress(), { running: 0, compensating: 0, parked: 0, overdueSeconds: 0 });
      const wakeAt = (await scene.harness.now()) + HOUR;
      await make(
        {},
        { wakeAt },
        { phase: 'compensating' },
        { parked: PARKED },
        { phase: 'compensating', parked: PARKED },
        { phase: 'completed' },
      );
      const counts = { running: 2, compensating: 1, parked: 2 };
      assert.deepEqual(await scene.store.progress(), { ...counts, overdueSeconds: 0 });
      await scene.harness.pass(HOUR + 90_000);
      const { overdueSeconds, ...rest } = await scene.store.progress();
      assert.deepEqual(rest, counts);
      assert.ok(overdueSeconds >= 90 && overdueSeconds < 150, `${overdueSeconds}`);
    });

    it('forgets what ended long ago with its journal and mail, some at a time, and frees its key', async () => {
      const done = Array.from({ length: 5 }, (_, n) =>
        anInstance({ phase: n % 2 === 0 ? 'completed' : 'compensated', key: `${n}`, entries: 1 }),
      );
      for (const one of done) await scene.save(one, { journal: [entry('completed')] });
      const [mailed = ''] = done.map(({ id }) => id);
      await scene.mail(mailed);
      const kept = await make({}, { parked: PARKED });
      await scene.harness.pass(2 * HOUR);
      const fresh = await make({ phase: 'completed' });
      assert.equal(await scene.store.purge(3 * HOUR, 100), 0);
      assert.deepEqual([await scene.store.purge(HOUR, 3), await scene.store.purge(HOUR, 3), await scene.store.purge(HOUR, 3)], [3, 2, 0]);
      assert.deepEqual((await listed()).sort(), [...kept, ...fresh].sort());
      assert.deepEqual(await scene.store.journal(mailed, 0, 9), []);
      await scene.save(anInstance({ id: mailed, key: '0' }));
      assert.deepEqual([await scene.mailOf(mailed), await scene.due()], [[], []]);
    });

    it('keeps those that are steps of one that has not ended, and steps of those, until it is forgotten', async () => {
      const parent = anInstance({});
      const child = anInstance({ phase: 'completed', parent: { id: parent.id, request: 'r' } });
      const grandchild = anInstance({ phase: 'completed', parent: { id: child.id, request: 'r' } });
      for (const one of [parent, child, grandchild]) await scene.save(one);
      await scene.harness.pass(2 * HOUR);
      assert.equal(await scene.store.purge(HOUR, 10), 0);
      await scene.save(next(parent, { phase: 'completed' }));
      assert.equal(await scene.store.purge(HOUR, 10), 0);
      await scene.harness.pass(2 * HOUR);
      for (const left of [[child.id, grandchild.id], [grandchild.id], []]) {
        assert.equal(await scene.store.purge(HOUR, 10), 1);
        assert.deepEqual((await listed()).sort(), left.sort());
      }
    });
  });
}
