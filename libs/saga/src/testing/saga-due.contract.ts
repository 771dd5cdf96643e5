import assert from 'node:assert/strict';
import { type ContractRunner } from '@minos/common/testing';
import type { SagaInstance } from '../contracts/saga-instance.js';
import { anInstance, CHECKOUT, HOUR, next, type SagaScene } from './saga-store-scene.js';

const LEASE = 30_000;

/** Claiming what is due. */
export function sagaDueContract(scene: SagaScene, { describe, it }: ContractRunner): void {
  const ids = (instances: readonly (SagaInstance | undefined)[]): string[] => instances.map((one) => one?.id ?? '');

  describe('claiming', () => {
    it('gives what is due, the longest due first, as many as asked', async () => {
      const now = await scene.harness.now();
      const [second, third, first] = await scene.stored(now - 2_000, now - 1_000, now - 3_000, now + HOUR, undefined);
      const claim = await scene.store.claimDue([CHECKOUT], 2, LEASE);
      assert.deepEqual([claim.ids, claim.left], [ids([first, second]), true]);
      const rest = await scene.store.claimDue([CHECKOUT], 2, LEASE);
      assert.deepEqual([rest.ids, rest.left], [ids([third]), false]);
      assert.ok(Math.abs(rest.now - (await scene.harness.now())) < 60_000);
      assert.deepEqual(await scene.store.claimDue([], 2, LEASE).then((none) => [none.ids, none.left, none.nextInMs]), [
        [],
        false,
        undefined,
      ]);
    });

    it('says when the next one is due, of those that are claimed too', async () => {
      assert.equal((await scene.store.claimDue([CHECKOUT], 9, LEASE)).nextInMs, undefined);
      const now = await scene.harness.now();
      await scene.stored(now - 1, now + HOUR);
      const { nextInMs = Number.NaN } = await scene.store.claimDue([CHECKOUT], 9, LEASE);
      assert.ok(nextInMs > 0 && nextInMs <= LEASE, `${nextInMs}`);
      const later = await scene.store.claimDue([CHECKOUT], 9, LEASE);
      assert.ok((later.nextInMs ?? 0) > 0 && (later.nextInMs ?? 0) <= LEASE, `${later.nextInMs}`);
    });

    it('is never early', async () => {
      const now = await scene.harness.now();
      const [one] = await scene.stored(now + HOUR);
      await scene.harness.pass(HOUR - 60_000);
      assert.deepEqual(await scene.due(), []);
      await scene.harness.pass(60_000);
      assert.deepEqual(await scene.due(), ids([one]));
    });

    it('calls due at once what was made with ifAbsent by a process whose clock is fast', async () => {
      const now = await scene.harness.now();
      const fast = anInstance({ wakeAt: now + HOUR });
      await scene.save(fast, { ifAbsent: true });
      await scene.save(anInstance(), { ifAbsent: true });
      assert.deepEqual(await scene.due(), [fast.id]);
    });

    it('leaves what is claimed to its caller for the lease, then gives it to another', async () => {
      const [one] = await scene.stored(await scene.harness.now());
      assert.deepEqual([await scene.due(9, LEASE), await scene.due(9, LEASE)], [ids([one]), []]);
      await scene.harness.pass(LEASE - 10_000);
      assert.deepEqual(await scene.due(9, LEASE), []);
      await scene.harness.pass(10_001);
      assert.deepEqual(await scene.due(9, LEASE), ids([one]));
    });

    it('puts what a save says in the place of the lease', async () => {
      const now = await scene.harness.now();
      const [idle, soon] = await scene.stored(now - 1, now - 1);
      assert.ok(idle && soon);
      assert.equal((await scene.due()).length, 2);
      await scene.save(next(idle));
      await scene.save(next(soon, { wakeAt: now }));
      assert.deepEqual(await scene.due(), ids([soon]));
      await scene.harness.pass(HOUR);
      assert.deepEqual(await scene.due(), ids([soon]));
    });

    it('gives those of the carried versions alone', async () => {
      const wakeAt = (await scene.harness.now()) - 1;
      const others = [{ version: 2 }, { hash: 'h-2' }, { name: 'other' }].map((over, n) => anInstance({ wakeAt: wakeAt - n, ...over }));
      const mine = anInstance({ wakeAt });
      for (const one of [...others, mine]) await scene.save(one);
      const claim = await scene.store.claimDue([CHECKOUT], 9, LEASE);
      assert.deepEqual([claim.ids, claim.left], [[mine.id], false]);
      const carried = [{ ...CHECKOUT, version: 2 }, { ...CHECKOUT, hash: 'h-2' }, CHECKOUT];
      const both = await scene.store.claimDue(carried, 1, LEASE);
      assert.deepEqual([both.ids, both.left], [[others[1]?.id], true]);
      assert.deepEqual((await scene.store.claimDue(carried, 9, LEASE)).ids, [others[0]?.id]);
    });

    it('never gives one instance to two callers', async () => {
      const wakeAt = (await scene.harness.now()) - 1;
      const all = await scene.stored(...Array.from({ length: 120 }, (_, n) => wakeAt - n));
      const claimed: string[] = [];
      const work = async (): Promise<void> => {
        for (let left = true; left;) {
          const claim = await scene.store.claimDue([CHECKOUT], 7, LEASE);
          claimed.push(...claim.ids);
          left = claim.left;
        }
      };
      await Promise.all(Array.from({ length: 5 }, work));
      assert.deepEqual([...claimed].sort(), ids(all).sort());
    });

    it('loses no wake-up that a save or mail sets meanwhile', async () => {
      const now = await scene.harness.now();
      const all = await scene.stored(...Array.from({ length: 20 }, () => now - 1));
      let turn = 0;
      let over = false;
      const asked = new Map<string, number>();
      const given = new Map<string, number>();
      const claim = async (): Promise<void> => {
        for (const id of await scene.due(5, HOUR)) given.set(id, (turn += 1));
      };
      const claiming = Array.from({ length: 3 }, async () => {
        while (!over) await claim();
      });
      // Each wake-up is asked for at a turn; a claim of that instance has to come after it.
      const waking = all.map(async (one) => {
        for (let n = 0, stored = one; n < 8; n += 1) {
          asked.set(one.id, (turn += 1));
          if (n % 2 === 0) await scene.save((stored = next(stored, { wakeAt: now })), { read: await scene.mailOf(one.id) });
          else await scene.mail(one.id);
        }
      });
      await Promise.all(waking).finally(() => (over = true));
      await Promise.all(claiming);
      for (let n = 0; n < 5; n += 1) await claim();
      const lost = all.filter(({ id }) => (given.get(id) ?? 0) <= (asked.get(id) ?? 0));
      assert.deepEqual(ids(lost), []);
    });
  });
}
