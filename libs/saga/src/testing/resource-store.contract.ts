import assert from 'node:assert/strict';
import { isRejection, type UnitOfWork } from '@minos/common';
import { type ContractRunner, globalRunner } from '@minos/common/testing';
import { resourceAnswersContract } from './resource-answers.contract.js';
import { ResourceScene, type ResourceStoreUnderTest } from './resource-scene.js';

export type { ResourceStoreUnderTest } from './resource-scene.js';

const MINUTE = 60_000;

/** What every {@link ResourceStore} keeps. */
export function resourceStoreContract(
  name: string,
  create: () => ResourceStoreUnderTest | Promise<ResourceStoreUnderTest>,
  runner: ContractRunner = globalRunner(),
): void {
  const { describe, it, beforeEach, afterEach } = runner;
  describe(`${name} as a store of resources`, () => {
    let scene: ResourceScene;
    beforeEach(async () => {
      scene = new ResourceScene(await create());
    });
    afterEach(() => scene.harness.close?.());

    it('gives a free resource at once, and the next ones their places in the line', async () => {
      const first = await scene.reserve('seat', 'a', { leaseMs: MINUTE });
      assert.equal(first.status, 'held');
      const until = first.status === 'held' ? first.until : 0;
      assert.deepEqual(await scene.store.holderOf('', 'seat'), {
        ...{ resource: 'seat', holder: 'a', age: 1, fence: fenceOf(first), until },
      });
      const second = await scene.reserve('seat', 'b');
      const third = await scene.reserve('seat', 'c');
      assert.deepEqual([placeOf(second), placeOf(third)], [1, 2]);
      assert.deepEqual(await scene.lineOf('seat'), ['b', 'c']);
      assert.ok(fenceOf(first) < fenceOf(second) && fenceOf(second) < fenceOf(third));
      assert.equal((await scene.reserve('other', 'd')).status, 'held');
    });

    it('goes first in, first out, by confirming and by cancelling', async () => {
      for (const holder of ['a', 'b', 'c', 'd']) await scene.reserve('seat', holder);
      assert.equal(await scene.confirm('seat', 'a'), 1);
      assert.deepEqual([await scene.holder('seat'), await scene.lineOf('seat')], ['b', ['c', 'd']]);
      assert.equal(await scene.cancel('seat', 'b'), 1);
      assert.equal(await scene.cancel('seat', 'd'), 0);
      assert.deepEqual([await scene.holder('seat'), await scene.lineOf('seat')], ['c', []]);
      assert.equal(await scene.confirm('seat', 'c'), 0);
      assert.equal(await scene.holder('seat'), undefined);
      assert.deepEqual(await scene.store.reservationsOf('', 'c'), []);
    });

    it('tells who asks again what it has, and lets its lease begin anew', async () => {
      const first = await scene.reserve('seat', 'a', { leaseMs: MINUTE });
      const waiting = await scene.reserve('seat', 'b');
      await scene.harness.pass(MINUTE / 2);
      const again = await scene.reserve('seat', 'a', { leaseMs: MINUTE });
      assert.equal(fenceOf(again), fenceOf(first));
      assert.deepEqual(await scene.reserve('seat', 'b'), waiting);
      await scene.harness.pass(MINUTE * 0.75);
      assert.equal((await scene.store.grantDue(10)).granted, 0);
      await scene.harness.pass(MINUTE / 2);
      assert.equal((await scene.store.grantDue(10)).granted, 1);
    });

    it('lets who has something wait only for younger ones', async () => {
      await scene.reserve('one', 'old', { age: 1 });
      await scene.reserve('two', 'young', { age: 9 });
      const refused = { status: 'busy', by: 'old' };
      assert.deepEqual(await scene.reserve('one', 'young', { age: 9 }), refused);
      assert.deepEqual(await scene.lineOf('one'), []);
      assert.equal(placeOf(await scene.reserve('two', 'old', { age: 1 })), 1);
      await scene.reserve('three', 'middle', { age: 5 });
      assert.deepEqual(await scene.reserve('two', 'middle', { age: 5 }), { status: 'busy', by: 'old' });
    });

    it('counts what it has elsewhere, and tells ages that are the same apart by the names', async () => {
      await scene.reserve('one', 'b', { age: 5 });
      assert.deepEqual(await scene.reserve('one', 'c', { age: 5, holdsElsewhere: true }), { status: 'busy', by: 'b' });
      assert.equal(placeOf(await scene.reserve('one', 'a', { age: 5, holdsElsewhere: true })), 1);
      assert.equal(placeOf(await scene.reserve('one', 'd', { age: 5 })), 2);
      assert.equal((await scene.reserve('two', 'e', { age: 9, holdsElsewhere: true })).status, 'held');
    });

    it('lets nobody have something while it waits as a younger one', async () => {
      await scene.reserve('one', 'old', { age: 1 });
      await scene.reserve('one', 'young', { age: 9 });
      assert.deepEqual(await scene.reserve('two', 'young', { age: 9 }), { status: 'busy', by: 'old' });
      await scene.confirm('one', 'old');
      assert.equal((await scene.reserve('two', 'young', { age: 9 })).status, 'held');
    });

    it('lets nobody wait who can not', async () => {
      await scene.reserve('seat', 'a');
      assert.deepEqual(await scene.reserve('seat', 'b', { waits: false }), { status: 'busy', by: 'a' });
      assert.equal((await scene.reserve('free', 'b', { waits: false })).status, 'held');
    });

    it('remembers a cancellation that came before its reservation, and no other', async () => {
      await scene.cancel('seat', 'a', true);
      await scene.cancel('seat', 'a', true);
      await scene.cancel('seat', 'b', false);
      assert.deepEqual(await scene.reserve('seat', 'a'), { status: 'cancelled' });
      assert.equal((await scene.reserve('seat', 'b')).status, 'held');
      await scene.cancel('seat', 'b', true);
      assert.equal((await scene.reserve('seat', 'b')).status, 'held');
      await scene.confirm('seat', 'b');
      await scene.cancel('seat', 'b', true);
      assert.equal((await scene.reserve('seat', 'b')).status, 'held');
    });

    it('confirms once, and refuses an old fence with the whole unit', async () => {
      const fence = fenceOf(await scene.reserve('seat', 'a'));
      await scene.confirm('seat', 'a', fence);
      await scene.confirm('seat', 'a', fence);
      await scene.confirm('seat', 'a');
      const later = fenceOf(await scene.reserve('seat', 'a'));
      assert.ok(later > fence);
      assert.equal(await scene.confirm('seat', 'a', fence), 0);
      assert.equal(await scene.holder('seat'), 'a');
      await scene.lost('seat', 'a', later + 1);
      await scene.lost('seat', 'b');
      await scene.reserve('seat', 'b');
      await scene.lost('seat', 'b');
      const both = scene.unitOfWork.run((unit) => {
        unit.enlist(scene.cancelling('seat', 'a'));
        unit.enlist(scene.confirming('seat', 'a', later));
      });
      assert.equal((await both.then(() => undefined, codeOf)) ?? 'stored', 'resource.lost');
      assert.deepEqual([await scene.holder('seat'), await scene.lineOf('seat')], ['a', ['b']]);
    });

    it('fails nobody else for one who has lost', async () => {
      await scene.reserve('one', 'a');
      const outcomes = await Promise.allSettled([scene.confirm('one', 'a'), scene.confirm('two', 'b'), scene.reserve('three', 'c')]);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      );
    });

    it('gives what nobody came back for to the next in line, once', async () => {
      const fence = fenceOf(await scene.reserve('seat', 'a', { leaseMs: MINUTE }));
      await scene.reserve('seat', 'b', { leaseMs: MINUTE });
      const { granted, nextInMs = 0 } = await scene.store.grantDue(10);
      assert.ok(granted === 0 && nextInMs > 0 && nextInMs <= MINUTE, `${granted} ${nextInMs}`);
      await scene.harness.pass(MINUTE);
      const sweeps = await Promise.all([scene.store.grantDue(10), scene.store.grantDue(10)]);
      assert.equal(sweeps[0].granted + sweeps[1].granted, 1);
      assert.equal(await scene.holder('seat'), 'b');
      await scene.lost('seat', 'a', fence);
      assert.equal(await scene.cancel('seat', 'a'), 0);
      assert.equal(await scene.holder('seat'), 'b');
    });

    it('gives it on when somebody touches it, and leaves it while nobody does', async () => {
      await scene.reserve('seat', 'a', { leaseMs: MINUTE });
      await scene.harness.pass(2 * MINUTE);
      assert.equal((await scene.store.grantDue(10)).granted, 0);
      await scene.confirm('seat', 'a');
      await scene.reserve('seat', 'a', { leaseMs: MINUTE });
      await scene.reserve('seat', 'b', { leaseMs: MINUTE });
      await scene.harness.pass(2 * MINUTE);
      assert.equal(placeOf(await scene.reserve('seat', 'c', { leaseMs: MINUTE })), 1);
      assert.equal(await scene.holder('seat'), 'b');
      await scene.cancel('seat', 'c');
      await scene.harness.pass(2 * MINUTE);
      assert.equal((await scene.reserve('seat', 'd')).status, 'held');
      await scene.lost('seat', 'b');
    });

    it('forgets what is over', async () => {
      await scene.cancel('seat', 'a', true);
      const fence = fenceOf(await scene.reserve('seat', 'b'));
      await scene.confirm('seat', 'b', fence);
      await scene.reserve('left', 'c', { leaseMs: 1 });
      await scene.reserve('seat', 'd', { leaseMs: 10 * MINUTE });
      assert.equal(await scene.store.purgeResources(MINUTE, 10), 0);
      await scene.harness.pass(2 * MINUTE);
      assert.equal(await scene.store.purgeResources(MINUTE, 1), 2);
      assert.equal(await scene.store.purgeResources(MINUTE, 10), 1);
      assert.equal(await scene.holder('left'), undefined);
      await scene.lost('seat', 'b', fence);
      assert.equal(await scene.holder('seat'), 'd');
    });

    it('keeps tenants apart', async () => {
      assert.equal((await scene.reserve('seat', 'a', {}, 'acme')).status, 'held');
      assert.equal((await scene.reserve('seat', 'a', {}, 'other')).status, 'held');
      assert.equal((await scene.store.reservationsOf('acme', 'a')).length, 1);
      await scene.cancel('seat', 'a');
      assert.equal((await scene.store.holderOf('acme', 'seat'))?.holder, 'a');
    });

    it('says what it did within the unit, and leaves nothing where that fails', async () => {
      const fails = (unitOfWork: UnitOfWork): Promise<void> =>
        unitOfWork.run(async (unit) => {
          const held = unit.enlist(scene.reserving('seat', 'a'));
          const waiting = unit.enlist(scene.reserving('seat', 'b'));
          await unit.flush();
          assert.deepEqual([statusOf(held.result), statusOf(waiting.result)], ['held', 'waiting']);
          throw new Error('thrown');
        });
      await assert.rejects(fails(scene.unitOfWork), /thrown/);
      assert.deepEqual([await scene.holder('seat'), await scene.lineOf('seat')], [undefined, []]);
    });

    it('lets many come at once, and each hold it once', async () => {
      const names = Array.from({ length: 20 }, (_, index) => `h${index}`);
      await Promise.all(names.map((holder) => scene.reserve('seat', holder)));
      const line = await scene.lineOf('seat');
      assert.equal(line.length, 19);
      const seen: string[] = [];
      for (let current = await scene.holder('seat'); current !== undefined; current = await scene.holder('seat')) {
        seen.push(current);
        await scene.confirm('seat', current);
      }
      assert.deepEqual([seen.length, seen.slice(1)], [20, line]);
    });
  });
  resourceAnswersContract(name, create, runner);
}

function codeOf(error: unknown): string {
  return isRejection(error) ? error.code : String(error);
}

function statusOf(outcome: unknown): unknown {
  return (outcome as { status?: unknown } | undefined)?.status;
}

function fenceOf(outcome: object): number {
  return 'fence' in outcome ? Number(outcome.fence) : NaN;
}

function placeOf(outcome: object): number | undefined {
  return 'place' in outcome ? Number(outcome.place) : undefined;
}
