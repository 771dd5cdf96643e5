import assert from 'node:assert/strict';
import { type Unit, uuidv7 } from '@minos/common';
import type { ContractRunner } from '@minos/common/testing';
import { OUTBOX_SLOTS, SCHEDULE_MESSAGE, type ScheduleMessage } from '@minos/messaging/contracts';
import { ResourceScene, type ResourceStoreUnderTest } from './resource-scene.js';

const ALL = Array.from({ length: OUTBOX_SLOTS }, (_, slot) => slot);
const NEVER = Date.UTC(9999, 11, 31);
const MINUTE = 60_000;

/** What every store of resources does with answers that are kept back until somebody holds what it waits for. */
export function resourceAnswersContract(
  name: string,
  create: () => ResourceStoreUnderTest | Promise<ResourceStoreUnderTest>,
  { describe, it, beforeEach, afterEach }: ContractRunner,
): void {
  describe(`${name} and answers that are kept back`, () => {
    let scene: ResourceScene;
    beforeEach(async () => {
      scene = new ResourceScene(await create());
    });
    afterEach(() => scene.harness.close?.());

    const keep = (unit: Unit, text: string): string => {
      const messageId = uuidv7();
      const to = { channel: 'order.sagas', key: text, keyHash: 0, slot: 0, tenant: '', type: 'minos.result' };
      const change: ScheduleMessage = {
        kind: SCHEDULE_MESSAGE,
        messageId,
        ...to,
        headers: {},
        body: JSON.stringify(text),
        due: { at: NEVER },
      };
      unit.enlist(change);
      return messageId;
    };
    /** Waits for several things with one answer. */
    const wait = (holder: string, text: string, resources: readonly string[], given = {}): Promise<void> =>
      scene.unitOfWork.run((unit) => {
        const answer = keep(unit, text);
        for (const resource of resources) unit.enlist(scene.reserving(resource, holder, { ...given, answer }));
      });
    const sent = async (): Promise<readonly string[]> => {
      for (let left = true; left;) ({ left } = await scene.harness.schedules.moveDue(100));
      return (await scene.harness.outbox.unsent(ALL, 1_000)).map(({ body }) => JSON.parse(body) as string);
    };
    const pending = async (): Promise<number> => (await scene.harness.schedules.progress()).pending;

    it('lets it go with the grant, once', async () => {
      await scene.reserve('seat', 'a');
      await wait('b', 'for b', ['seat']);
      assert.deepEqual(await sent(), []);
      await scene.confirm('seat', 'a');
      assert.deepEqual(await sent(), ['for b']);
      await scene.reserve('seat', 'b');
      await scene.confirm('seat', 'b');
      await scene.store.grantDue(10);
      assert.deepEqual([await sent(), await pending()], [['for b'], 0]);
    });

    it('lets it go when a lease is over, by whoever comes first', async () => {
      await scene.reserve('seat', 'a', { leaseMs: MINUTE });
      await wait('b', 'for b', ['seat'], { leaseMs: MINUTE });
      await wait('c', 'for c', ['seat']);
      await scene.harness.pass(MINUTE);
      await Promise.all([scene.store.grantDue(10), scene.store.grantDue(10), scene.reserve('seat', 'd')]);
      assert.deepEqual(await sent(), ['for b']);
      await scene.harness.pass(MINUTE);
      await scene.store.grantDue(10);
      assert.deepEqual(await sent(), ['for b', 'for c']);
    });

    it('waits for all that it stands for', async () => {
      await scene.reserve('one', 'x');
      await scene.reserve('two', 'y');
      await wait('a', 'for a', ['one', 'two']);
      await scene.confirm('one', 'x');
      assert.deepEqual(await sent(), []);
      await scene.confirm('two', 'y');
      assert.deepEqual(await sent(), ['for a']);
    });

    it('waits for all that it stands for, granted at one moment', async () => {
      for (let round = 0; round < 10; round++) {
        await scene.reserve('one', 'x');
        await scene.reserve('two', 'y');
        await wait('a', `round ${round}`, ['one', 'two']);
        await Promise.all([scene.confirm('one', 'x'), scene.confirm('two', 'y')]);
        assert.equal((await sent()).length, round + 1);
        await Promise.all([scene.confirm('one', 'a'), scene.confirm('two', 'a')]);
      }
    });

    it('lets two answers go that wait for one thing', async () => {
      await scene.reserve('seat', 'a');
      await wait('b', 'first', ['seat']);
      await wait('b', 'second', ['seat']);
      await scene.confirm('seat', 'a');
      assert.deepEqual([...(await sent())].sort(), ['first', 'second']);
    });

    it('forgets it with the place in the line', async () => {
      await scene.reserve('seat', 'a');
      await wait('b', 'for b', ['seat']);
      await scene.cancel('seat', 'b', true);
      await scene.confirm('seat', 'a');
      assert.deepEqual([await sent(), await pending()], [[], 0]);
    });

    it('keeps nothing of a unit that fails', async () => {
      await scene.reserve('seat', 'a');
      const fails = scene.unitOfWork.run(async (unit) => {
        unit.enlist(scene.reserving('seat', 'b', { answer: keep(unit, 'for b') }));
        await unit.flush();
        throw new Error('thrown');
      });
      await assert.rejects(fails, /thrown/);
      await scene.confirm('seat', 'a');
      assert.deepEqual([await sent(), await pending(), await scene.holder('seat')], [[], 0, undefined]);
    });
  });
}
