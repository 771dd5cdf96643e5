import assert from 'node:assert/strict';
import { uuidv7, type Change, type UnitOfWork } from '@minos/common';
import { globalRunner, rejectsWith, type ContractRunner } from '@minos/common/testing';
import type { PartitionRef } from '../contracts/broker.js';
import { INBOX_MARK, INBOX_REPLY, MOVE_POSITION, PARTITION_FENCE, type InboxMark, type InboxStore } from '../contracts/inbox-store.js';

export interface InboxStoreUnderTest {
  readonly inbox: InboxStore;
  /** Commits the changes of marks, replies, positions and fences. */
  readonly unitOfWork: UnitOfWork;
  /** Makes all marks older by so many milliseconds. */
  age(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

const mark = (consumer: string, messageId: string): InboxMark => ({ kind: INBOX_MARK, consumer, messageId, source: 'orders' });

/** Every adapter of {@link InboxStore} passes this. */
export function inboxStoreContract(open: () => Promise<InboxStoreUnderTest>, runner: ContractRunner = globalRunner()): void {
  const { describe, it, before, after } = runner;
  describe('the contract of inbox stores', () => {
    let opened: InboxStoreUnderTest;
    before(async () => void (opened = await open()));
    after(async () => opened.close?.());

    const commit = (...changes: Change[]): Promise<void> =>
      opened.unitOfWork.run((unit) => changes.forEach((change) => unit.enlist(change)));
    const freshHold = async (partition: PartitionRef = { channel: uuidv7(), partition: 0 }, consumer = 'stock') => {
      const { epoch } = await opened.inbox.takeOver(consumer, partition);
      return { channel: partition.channel, partition: partition.partition, consumer, epoch };
    };
    type Hold = Awaited<ReturnType<typeof freshHold>>;
    const move = (hold: Hold, next: bigint): Change => ({ kind: MOVE_POSITION, ...hold, next }) as Change;
    const fence = (hold: Hold): Change => ({ kind: PARTITION_FENCE, ...hold });

    it('marks a message once for each consumer', async () => {
      const [id, other] = [uuidv7(), uuidv7()];
      await commit(mark('stock', id));
      await rejectsWith('MESSAGE_ALREADY_HANDLED', commit(mark('stock', id)));
      await commit(mark('billing', id), mark('stock', other));
      assert.deepEqual(await opened.inbox.handled('stock', [id, uuidv7(), other]), new Set([id, other]));
      assert.deepEqual(await opened.inbox.handled('billing', [id, other]), new Set([id]));
      assert.deepEqual(await opened.inbox.handled('stock', []), new Set());
    });

    it('forgets a position that was kept in another log, and only that', async () => {
      const partition = { channel: uuidv7(), partition: 0 };
      const taken = async (origin?: string) => opened.inbox.takeOver('stock', partition, origin === undefined ? undefined : { origin });
      const moved = async (origin: string | undefined, next: bigint): Promise<void> =>
        commit(move({ ...partition, consumer: 'stock', epoch: (await taken(origin)).epoch }, next));
      await moved(undefined, 3n);
      assert.deepEqual({ ...(await taken('log-1')) }, { epoch: 2n, next: 3n, moved: false });
      await moved('log-1', 7n);
      assert.deepEqual({ ...(await taken()) }, { epoch: 4n, next: 7n, moved: false });
      assert.deepEqual({ ...(await taken('log-1')) }, { epoch: 5n, next: 7n, moved: false });
      assert.deepEqual({ ...(await taken('log-2')) }, { epoch: 6n, next: 0n, moved: true });
      await moved('log-2', 1n);
      assert.deepEqual({ ...(await taken('log-2')) }, { epoch: 8n, next: 1n, moved: false });
      assert.equal((await opened.inbox.position('stock', partition))?.origin, 'log-2');
    });

    it('begins anew on a log that ends before the position: it was restored, or made again', async () => {
      const partition = { channel: uuidv7(), partition: 0 };
      const { epoch } = await opened.inbox.takeOver('stock', partition, { origin: 'log' });
      await commit(move({ ...partition, consumer: 'stock', epoch }, 10n));
      assert.deepEqual(
        { ...(await opened.inbox.takeOver('stock', partition, { origin: 'log', end: 10n })) },
        { epoch: 2n, next: 10n, moved: false },
      );
      assert.deepEqual(
        { ...(await opened.inbox.takeOver('stock', partition, { origin: 'log', end: 8n })) },
        { epoch: 3n, next: 0n, moved: true },
      );
      await commit(move({ ...partition, consumer: 'stock', epoch: 3n }, 4n));
      assert.equal((await opened.inbox.position('stock', partition))?.next, 4n);
    });

    it('takes any text as an id', async () => {
      const id = `orders "7" \\ {a,b} ' ${uuidv7()} é`;
      await commit(mark('stock', id));
      await rejectsWith('MESSAGE_ALREADY_HANDLED', commit(mark('stock', id)));
      assert.deepEqual(await opened.inbox.handled('stock', [id]), new Set([id]));
    });

    it('lets one of many units win that mark one message at once, and stores nothing of the others', async () => {
      const [id, ...own] = Array.from({ length: 11 }, () => uuidv7()) as [string, ...string[]];
      const outcomes = await Promise.allSettled(own.map((mine) => commit(mark('stock', mine), mark('stock', id))));
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      assert.equal((await opened.inbox.handled('stock', own)).size, 1);
    });

    it('refuses a unit that marks one message twice', async () => {
      const id = uuidv7();
      await rejectsWith('MESSAGE_ALREADY_HANDLED', commit(mark('stock', id), mark('stock', id)));
      assert.equal((await opened.inbox.handled('stock', [id])).size, 0);
    });

    it('keeps a reply with its mark', async () => {
      const [id, silent] = [uuidv7(), uuidv7()];
      const reply = { type: 'minos.result', data: { text: 'a "quoted" \\ text', list: [1, null] } };
      await commit({ ...mark('stock', id), reply } as Change, mark('stock', silent));
      assert.deepEqual(await opened.inbox.reply('stock', id), reply);
      assert.equal(await opened.inbox.reply('stock', silent), undefined);
      assert.equal(await opened.inbox.reply('stock', uuidv7()), undefined);
    });

    it('keeps a reply that comes behind the mark, in the same unit or a later one', async () => {
      const [id, late] = [uuidv7(), uuidv7()];
      const reply = { type: 'minos.result', data: 7 };
      await commit(mark('stock', id), { kind: INBOX_REPLY, consumer: 'stock', messageId: id, reply } as Change);
      await commit(mark('stock', late));
      await commit({ kind: INBOX_REPLY, consumer: 'stock', messageId: late, reply } as Change);
      assert.deepEqual([await opened.inbox.reply('stock', id), await opened.inbox.reply('stock', late)], [reply, reply]);
    });

    it('purges marks of an age, and no others', async () => {
      const [old, young] = [uuidv7(), uuidv7()];
      await commit(mark('purged', old));
      await opened.age(60_000);
      await commit(mark('purged', young));
      assert.ok((await opened.inbox.purge(30_000, 10_000)) >= 1);
      assert.deepEqual(await opened.inbox.handled('purged', [old, young]), new Set([young]));
      assert.equal(await opened.inbox.purge(30_000, 10_000), 0);
    });

    it('leaves the marks of a consumer alone, and those that an earlier purge has seen', async () => {
      const [mine, theirs, seen] = [uuidv7(), uuidv7(), uuidv7()];
      await commit(mark('purged', seen));
      await opened.age(60_000);
      await commit(mark('purged', mine), mark('kept', theirs));
      await opened.age(60_000);
      assert.ok((await opened.inbox.purge(30_000, 10_000, { consumers: ['kept'], olderThanMs: 90_000 })) >= 1);
      assert.deepEqual(await opened.inbox.handled('purged', [mine, seen]), new Set([seen]));
      assert.deepEqual(await opened.inbox.handled('kept', [theirs]), new Set([theirs]));
      await opened.inbox.purge(30_000, 10_000, { consumers: ['kept'] });
      assert.equal((await opened.inbox.handled('purged', [seen])).size, 0);
      assert.equal((await opened.inbox.handled('kept', [theirs])).size, 1);
    });

    it('has no position before a partition is taken over, and none to begin at before it is moved', async () => {
      const partition = { channel: uuidv7(), partition: 3 };
      assert.equal(await opened.inbox.position('stock', partition), undefined);
      const first = await opened.inbox.takeOver('stock', partition);
      assert.equal(first.next, undefined);
      assert.deepEqual(await opened.inbox.position('stock', partition), { ...partition, next: undefined, epoch: first.epoch, origin: '' });
    });

    it('moves a position forward with its unit, never back', async () => {
      const hold = await freshHold();
      await commit(move(hold, 0n));
      await commit(move(hold, 12n), mark('stock', uuidv7()));
      await commit(move(hold, 5n));
      assert.equal((await opened.inbox.position('stock', hold))?.next, 12n);
      const next = await opened.inbox.takeOver('stock', hold);
      assert.deepEqual([next.next, next.epoch > hold.epoch], [12n, true]);
    });

    it('keeps positions of consumers and partitions apart', async () => {
      const stock = await freshHold();
      const billing = await freshHold(stock, 'billing');
      const other = await freshHold({ channel: stock.channel, partition: 1 });
      await commit(move(stock, 1n), move(billing, 2n), move(other, 3n));
      const positions = [
        await opened.inbox.position('stock', stock),
        await opened.inbox.position('billing', stock),
        await opened.inbox.position('stock', other),
      ];
      assert.deepEqual(
        positions.map((position) => position?.next),
        [1n, 2n, 3n],
      );
    });

    it('refuses everything of the previous owner after a take-over', async () => {
      const old = await freshHold();
      const id = uuidv7();
      await commit(fence(old), mark('stock', uuidv7()));
      const current = await freshHold(old);
      await rejectsWith('PARTITION_LOST', commit(fence(old), mark('stock', id)));
      await rejectsWith('PARTITION_LOST', commit(move(old, 9n)));
      assert.equal((await opened.inbox.handled('stock', [id])).size, 0);
      assert.equal((await opened.inbox.position('stock', old))?.next, undefined);
      await commit(fence(current), mark('stock', id), move(current, 1n));
    });

    it('refuses a fence on a partition that was never taken over', async () => {
      await rejectsWith('PARTITION_LOST', commit(fence({ consumer: 'stock', channel: uuidv7(), partition: 0, epoch: 1n })));
    });

    it('lets many fenced units of one partition commit at once, with a verdict each', async () => {
      const old = await freshHold();
      const current = await freshHold(old);
      const ids = Array.from({ length: 60 }, () => uuidv7());
      const outcomes = await Promise.allSettled(ids.map((id, n) => commit(fence(n % 6 === 0 ? old : current), mark('stock', id))));
      assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 10);
      assert.deepEqual(await opened.inbox.handled('stock', ids), new Set(ids.filter((_, n) => n % 6 !== 0)));
    });
  });
}
