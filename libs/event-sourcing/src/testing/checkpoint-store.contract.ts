import assert from 'node:assert/strict';
import { uuidv7 } from '@minos/common';
import type { UnitOfWork } from '@minos/common';
import { globalRunner, rejectsWith, type ContractRunner } from '@minos/common/testing';
import { SAVE_CHECKPOINT } from '../contracts/checkpoint-store.js';
import type { CheckpointStore, SaveCheckpoint } from '../contracts/checkpoint-store.js';
import type { FeedPosition } from '../contracts/event-store.js';
import { toFeedPosition } from '../stream/feed-position.js';

export interface CheckpointStoreUnderTest {
  readonly checkpoints: CheckpointStore;
  readonly unitOfWork: UnitOfWork;
  close?(): Promise<void>;
}

const move = (subscription: string, from: FeedPosition | undefined, to: FeedPosition): SaveCheckpoint => ({
  kind: SAVE_CHECKPOINT,
  subscription,
  from,
  to,
});

/** Every adapter of {@link CheckpointStore} passes this. */
export function checkpointStoreContract(open: () => Promise<CheckpointStoreUnderTest>, runner: ContractRunner = globalRunner()): void {
  const { describe, it, before, after } = runner;
  const [one, two, three] = [toFeedPosition(1), toFeedPosition(2), toFeedPosition(3)];

  describe('the contract of checkpoint stores', () => {
    let opened: CheckpointStoreUnderTest;
    before(async () => void (opened = await open()));
    after(async () => opened.close?.());

    it('moves a checkpoint with the unit that it is enlisted in', async () => {
      const { checkpoints, unitOfWork } = opened;
      const [name, other] = [uuidv7(), uuidv7()];
      assert.equal(await checkpoints.load(name), undefined);
      await unitOfWork.run((unit) => unit.enlist(move(name, undefined, one)));
      await unitOfWork.run((unit) => unit.enlist(move(name, one, three)));
      assert.deepEqual([await checkpoints.load(name), await checkpoints.load(other)], [three, undefined]);
    });

    it('leaves it where it was when the work throws', async () => {
      const { checkpoints, unitOfWork } = opened;
      const name = uuidv7();
      const failing = unitOfWork.run((unit) => {
        unit.enlist(move(name, undefined, one));
        throw new Error('no');
      });
      await assert.rejects(failing, /no/);
      assert.equal(await checkpoints.load(name), undefined);
    });

    it('refuses to move it from where it is not', async () => {
      const { checkpoints, unitOfWork } = opened;
      const name = uuidv7();
      await rejectsWith(
        'CHECKPOINT_MOVED',
        unitOfWork.run((unit) => unit.enlist(move(name, one, two))),
      );
      await unitOfWork.run((unit) => unit.enlist(move(name, undefined, two)));
      for (const from of [undefined, one, three]) {
        await rejectsWith(
          'CHECKPOINT_MOVED',
          unitOfWork.run((unit) => unit.enlist(move(name, from, three))),
        );
      }
      assert.equal(await checkpoints.load(name), two);
    });

    it('lets one of two win that move it from the same place', async () => {
      const { checkpoints, unitOfWork } = opened;
      const name = uuidv7();
      const both = [two, three].map((to) => unitOfWork.run((unit) => unit.enlist(move(name, undefined, to))));
      const outcomes = await Promise.allSettled(both);
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      assert.equal(await checkpoints.load(name), outcomes[0]?.status === 'fulfilled' ? two : three);
    });

    it('is reset without a check', async () => {
      const { checkpoints } = opened;
      const name = uuidv7();
      await checkpoints.reset(name, three);
      await checkpoints.reset(name, one);
      assert.equal(await checkpoints.load(name), one);
      await checkpoints.reset(name, undefined);
      assert.equal(await checkpoints.load(name), undefined);
    });
  });
}
