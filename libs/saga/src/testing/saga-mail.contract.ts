import assert from 'node:assert/strict';
import { uuidv7 } from '@minos/common';
import { type ContractRunner } from '@minos/common/testing';
import type { SagaMailBody } from '../contracts/saga-store.js';
import { anInstance, HOUR, LOOK, next, type SagaScene } from './saga-store-scene.js';

/** Mail to instances. */
export function sagaMailContract(scene: SagaScene, { describe, it }: ContractRunner): void {
  describe('mail', () => {
    it('waits in the order of its coming until it is taken in, each once', async () => {
      const [one] = await scene.stored(undefined);
      assert.ok(one);
      const answer: SagaMailBody = { kind: 'answer', request: 'r', command: 'c', outcome: { result: { text: '"\\ \0 grün' } } };
      const first = await scene.mail(one.id, answer);
      const second = await scene.mail(one.id);
      await scene.mail(one.id, LOOK, first);
      assert.deepEqual((await scene.store.load(one.id))?.mail, [
        { id: first, body: answer },
        { id: second, body: LOOK },
      ]);
      await scene.save(next(one), { read: [first] });
      assert.deepEqual(await scene.mailOf(one.id), [second]);
      await scene.save(next(next(one)), { read: [second] });
      assert.deepEqual([await scene.mailOf(one.id), await scene.due()], [[], []]);
    });

    it('keeps the order of one unit, and takes the same one once there too', async () => {
      const [one] = await scene.stored(undefined);
      assert.ok(one);
      const [first, second, third] = [uuidv7(), uuidv7(), uuidv7()];
      const order = [third, first, second, first];
      await scene.unit((unit) => order.forEach((id) => scene.enlistMail(unit, one.id, LOOK, id)));
      assert.deepEqual(await scene.mailOf(one.id), [third, first, second]);
    });

    it('makes its instance due at once, also one that waits for nothing or has ended', async () => {
      const now = await scene.harness.now();
      const [idle, later] = await scene.stored(undefined, now + HOUR);
      const ended = anInstance({ phase: 'completed' });
      await scene.save(ended);
      assert.deepEqual(await scene.due(), []);
      const all = [idle, later, ended].map((one) => one?.id ?? '');
      for (const id of all) await scene.mail(id);
      assert.deepEqual([...(await scene.due())].sort(), [...all].sort());
    });

    it('is dropped where its instance is gone', async () => {
      const gone = uuidv7();
      const other = anInstance();
      await scene.unit((unit) => {
        scene.enlistMail(unit, gone);
        scene.enlist(unit, other);
      });
      await scene.save(anInstance({ id: gone }));
      assert.deepEqual([await scene.mailOf(gone), await scene.due()], [[], []]);
      assert.ok(await scene.store.load(other.id));
    });

    it('reaches an instance that the same unit makes', async () => {
      const made = anInstance();
      await scene.unit((unit) => {
        scene.enlist(unit, made);
        scene.enlistMail(unit, made.id);
      });
      assert.deepEqual([(await scene.mailOf(made.id)).length, await scene.due()], [1, [made.id]]);
    });

    it('stays due where a save has not read it, whatever the save says', async () => {
      const now = await scene.harness.now();
      for (const over of [{ wakeAt: now + HOUR }, {}, { phase: 'completed' as const }]) {
        const [one] = await scene.stored(now + HOUR);
        assert.ok(one);
        const read = await scene.mail(one.id);
        const unread = await scene.mail(one.id);
        await scene.save(next(one, over), { read: [read] });
        assert.deepEqual([await scene.mailOf(one.id), await scene.due()], [[unread], [one.id]]);
        await scene.save(next(next(one)), { read: [unread] });
      }
    });

    it('that comes while saves are under way is not lost', async () => {
      const all = await scene.stored(...Array.from({ length: 40 }, () => undefined));
      await Promise.all(all.flatMap((one) => [scene.save(next(one)), scene.mail(one.id)]));
      assert.deepEqual([...(await scene.due())].sort(), all.map(({ id }) => id).sort());
    });
  });
}
