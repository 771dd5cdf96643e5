import assert from 'node:assert/strict';
import { uuidv7, type UnitOfWork } from '@minos/common';
import { globalRunner, rejectsWith, type ContractRunner } from '@minos/common/testing';
import type { InboxStore, PartitionHold } from '../contracts/inbox-store.js';
import { TAKE_IN_HAND, type SuspectStore, type TakeInHand } from '../contracts/suspect-store.js';

export interface SuspectStoreUnderTest {
  readonly suspects: SuspectStore;
  readonly inbox: InboxStore;
  readonly unitOfWork: UnitOfWork;
  close?(): Promise<void>;
}

/** Every adapter of {@link SuspectStore} passes this. */
export function suspectStoreContract(open: () => Promise<SuspectStoreUnderTest>, runner: ContractRunner = globalRunner()): void {
  const { describe, it, before, after } = runner;
  describe('the contract of suspect stores', () => {
    let opened: SuspectStoreUnderTest;
    before(async () => void (opened = await open()));
    after(async () => opened.close?.());

    const hold = async (channel: string = uuidv7()): Promise<PartitionHold> => {
      const partition = { channel, partition: 2 };
      return { consumer: 'stock', ...partition, epoch: (await opened.inbox.takeOver('stock', partition)).epoch };
    };
    const take = (held: PartitionHold, upTo: bigint): Promise<unknown> =>
      opened.unitOfWork.run((unit) => unit.enlist({ kind: TAKE_IN_HAND, ...held, upTo } as TakeInHand));

    it('tells the next owner what the last one had in hand', async () => {
      const first = await hold();
      assert.equal(await opened.suspects.inHand('stock', first), undefined);
      await take(first, 10n);
      await take(first, 25n);
      assert.equal(await opened.suspects.inHand('stock', await hold(first.channel)), 25n);
      assert.equal(await opened.suspects.inHand('billing', first), undefined);
    });

    it('counts tries of one message over owners', async () => {
      const first = await hold();
      assert.equal(await opened.suspects.countTry(first, 7n), 1);
      assert.equal(await opened.suspects.countTry(first, 8n), 1);
      const second = await hold(first.channel);
      assert.equal(await opened.suspects.countTry(second, 7n), 2);
      await opened.suspects.forgive(second, 7n);
      assert.deepEqual([await opened.suspects.countTry(second, 7n), await opened.suspects.countTry(second, 8n)], [1, 2]);
    });

    it('forgets range and counts when it is cleared', async () => {
      const held = await hold();
      await take(held, 10n);
      await opened.suspects.countTry(held, 3n);
      await opened.suspects.clear(held);
      assert.equal(await opened.suspects.inHand('stock', held), undefined);
      assert.equal(await opened.suspects.countTry(held, 3n), 1);
    });

    it('takes nothing from an owner of before', async () => {
      const old = await hold();
      await take(old, 10n);
      const current = await hold(old.channel);
      await opened.suspects.countTry(current, 3n);
      await rejectsWith('PARTITION_LOST', take(old, 20n));
      await rejectsWith('PARTITION_LOST', opened.suspects.countTry(old, 3n));
      await opened.suspects.forgive(old, 3n);
      await opened.suspects.clear(old);
      assert.equal(await opened.suspects.inHand('stock', old), 10n);
      assert.equal(await opened.suspects.countTry(current, 3n), 2);
    });
  });
}
