import assert from 'node:assert/strict';
import { uuidv7, type Change, type UnitOfWork } from '@minos/common';
import { globalRunner, rejectsWith, until, type ContractRunner } from '@minos/common/testing';
import {
  EDIT_PARKED,
  END_PARKED_ACTION,
  PARK_AGAIN,
  PARK_MESSAGE,
  UNPARK_MESSAGE,
  type EditParked,
  type EndParkedAction,
  type ParkAgain,
  type ParkedKeyRef,
  type ParkedMessage,
  type ParkedStore,
  type ParkMessage,
  type Unparked,
  type UnparkMessage,
} from '../contracts/parked-store.js';

export interface ParkedStoreUnderTest {
  readonly parked: ParkedStore;
  /** Commits the changes of parked messages. */
  readonly unitOfWork: UnitOfWork;
  /** Lets so much time pass for the store. */
  pass(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

const CAUSE = { code: 'STOCK_BROKEN', message: 'it "broke"\n\u0000 here', stack: 'Error: it broke\n    at handle' };

/** Every adapter of {@link ParkedStore} passes this. */
export function parkedStoreContract(open: () => Promise<ParkedStoreUnderTest>, runner: ContractRunner = globalRunner()): void {
  const { describe, it, before, after } = runner;
  describe('the contract of parked stores', () => {
    let opened: ParkedStoreUnderTest;
    before(async () => void (opened = await open()));
    after(async () => opened.close?.());

    const commit = (...changes: Change[]): Promise<void> =>
      opened.unitOfWork.run((unit) => changes.forEach((change) => unit.enlist(change)), { tenant: 'acme' });
    const freshKey = (channel: string = uuidv7()): ParkedKeyRef => ({ consumer: 'stock', channel, key: `k "${uuidv7()}" \\` });
    const message = (ref: ParkedKeyRef, offset: number, more: Partial<ParkMessage> = {}): ParkMessage => ({
      kind: PARK_MESSAGE,
      consumer: ref.consumer,
      messageId: `m${offset}`,
      type: 'order.placed',
      stored: {
        channel: ref.channel,
        key: ref.key,
        partition: 3,
        offset: BigInt(offset),
        appendedAt: 1_700_000_000_123,
        headers: { ce_type: 'order.placed', odd: 'a "b" \\ {c} ü' },
        body: Buffer.from([0, 255, 34, 92, offset]),
      },
      attempts: 0,
      codeVersion: 'v1',
      ...more,
    });
    const park = async (ref: ParkedKeyRef, ...offsets: number[]): Promise<readonly ParkedMessage[]> => {
      for (const [index, offset] of offsets.entries()) {
        await commit(message(ref, offset, index === 0 ? { cause: CAUSE, attempts: 3 } : {}));
      }
      return opened.parked.messages(ref, { limit: 100 });
    };
    const unpark = ({ consumer, channel, key, place }: ParkedMessage, action?: bigint): Promise<Unparked | undefined> => {
      const change: UnparkMessage = { kind: UNPARK_MESSAGE, consumer, channel, key, place, ...(action === undefined ? {} : { action }) };
      return opened.unitOfWork.run((unit) => unit.enlist<Unparked>(change)).then(({ result }) => result);
    };
    const placeOf = ({ consumer, channel, key, place }: ParkedMessage) => ({ consumer, channel, key, place });
    const offsets = (messages: readonly ParkedMessage[]): number[] => messages.map(({ stored }) => Number(stored.offset));
    const partition = (ref: ParkedKeyRef) => ({ channel: ref.channel, partition: 3 });

    it('keeps messages of a key in the order of their parking, as they were', async () => {
      const ref = freshKey();
      const [first, second] = await park(ref, 7, 5, 9);
      assert.deepEqual(offsets(await opened.parked.messages(ref, { limit: 10 })), [7, 5, 9]);
      const { stored, cause, ...rest } = first as ParkedMessage;
      const expected = message(ref, 7).stored;
      assert.deepEqual({ ...stored, body: [...stored.body] }, { ...expected, body: [...expected.body] });
      assert.deepEqual([cause?.code, cause?.stack, cause?.message.startsWith('it "broke"')], [CAUSE.code, CAUSE.stack, true]);
      assert.deepEqual([rest.tenant, rest.messageId, rest.type, rest.attempts, rest.codeVersion], ['acme', 'm7', 'order.placed', 3, 'v1']);
      assert.ok(rest.parkedAt > 0);
      assert.equal(second?.cause, undefined);
      assert.deepEqual(await opened.parked.first(ref), first);
      assert.deepEqual(await opened.parked.message(placeOf(second as ParkedMessage)), second);
      assert.deepEqual(offsets(await opened.parked.messages(ref, { limit: 1, after: (first as ParkedMessage).place })), [5]);
    });

    it('knows the parked keys of a partition', async () => {
      const ref = freshKey();
      const other = freshKey(ref.channel);
      await park(ref, 1, 2);
      await park(other, 3);
      const counts = await opened.parked.keys('stock', partition(ref));
      assert.deepEqual(
        new Map(counts.map(({ key, messages }) => [key, messages])),
        new Map([
          [ref.key, 2],
          [other.key, 1],
        ]),
      );
      assert.deepEqual(await opened.parked.keys('stock', { channel: ref.channel, partition: 4 }), []);
      assert.deepEqual(await opened.parked.keys('billing', partition(ref)), []);
      assert.equal(await opened.parked.first(freshKey()), undefined);
    });

    it('appends one offset once', async () => {
      const ref = freshKey();
      await park(ref, 1);
      await rejectsWith('MESSAGE_ALREADY_PARKED', commit(message(ref, 1)));
      assert.equal((await opened.parked.messages(ref, { limit: 10 })).length, 1);
      await commit(message({ ...ref, consumer: 'billing' }, 1));
    });

    it('takes messages out one by one, and the key with the last', async () => {
      const ref = freshKey();
      const [first, second] = (await park(ref, 1, 2)) as [ParkedMessage, ParkedMessage];
      assert.deepEqual(await unpark(first), { left: true });
      await rejectsWith('PARKED_MESSAGE_GONE', unpark(first));
      await commit(message(ref, 3));
      assert.deepEqual(await unpark(second), { left: true });
      const [third] = (await opened.parked.messages(ref, { limit: 10 })) as [ParkedMessage];
      assert.deepEqual(await unpark(third), { left: false });
      assert.deepEqual(await opened.parked.keys('stock', partition(ref)), []);
      await park(ref, 1);
      assert.deepEqual(offsets(await opened.parked.messages(ref, { limit: 10 })), [1]);
    });

    it('notes a further failure', async () => {
      const ref = freshKey();
      const [first] = (await park(ref, 1)) as [ParkedMessage];
      const again: ParkAgain = {
        kind: PARK_AGAIN,
        ...placeOf(first),
        cause: { code: 'STILL_BROKEN', message: 'no' },
        attempts: 6,
        codeVersion: 'v2',
      };
      await commit(again);
      const noted = await opened.parked.first(ref);
      assert.deepEqual([noted?.cause, noted?.attempts, noted?.codeVersion], [{ code: 'STILL_BROKEN', message: 'no' }, 6, 'v2']);
      await unpark(first);
      await rejectsWith('PARKED_MESSAGE_GONE', commit(again));
    });

    it('lists keys by what they were parked for, the longest parked first', async () => {
      const channel = uuidv7();
      const [one, two, three] = [freshKey(channel), freshKey(channel), freshKey(channel)];
      await park(one, 1, 2);
      await opened.pass(5);
      await commit(message(two, 3, { cause: { code: 'OTHER', message: '' }, type: 'order.paid' }));
      await opened.pass(5);
      await park(three, 4);
      const keys = async (filter: object, page = { limit: 10, skip: 0 }): Promise<string[]> =>
        (await opened.parked.list({ channel, ...filter }, page)).map(({ key }) => key);
      assert.deepEqual(await keys({}), [one.key, two.key, three.key]);
      assert.deepEqual(await keys({}, { limit: 1, skip: 1 }), [two.key]);
      assert.deepEqual(await keys({ cause: CAUSE.code }), [one.key, three.key]);
      assert.deepEqual(await keys({ type: 'order.paid' }), [two.key]);
      assert.deepEqual(await keys({ key: three.key, consumer: 'stock' }), [three.key]);
      assert.deepEqual(await keys({ consumer: 'billing' }), []);
      const [summary] = await opened.parked.list({ channel, key: one.key }, { limit: 1, skip: 0 });
      const { parkedAt, cause, ...rest } = summary as NonNullable<typeof summary>;
      assert.deepEqual(rest, { ...one, partition: 3, messages: 2, type: 'order.placed', attempts: 3, state: 'parked' });
      assert.deepEqual([cause?.code, parkedAt > 0], [CAUSE.code, true]);
    });

    it('hands requests for keys to the owner of their partition, until they have ended', async () => {
      const channel = uuidv7();
      const [one, two] = [freshKey(channel), freshKey(channel)];
      const [first] = (await park(one, 1)) as [ParkedMessage];
      const [other] = (await park(two, 2)) as [ParkedMessage];
      const ids = await opened.parked.request({ action: 'retry', filter: { channel, cause: CAUSE.code }, by: 'ann', reason: 'fixed' });
      assert.equal(ids.length, 2);
      const work = await opened.parked.work('stock', [partition(one)], 10);
      assert.deepEqual(
        work.actions.map(({ id, key, action, by, reason, partition: at }) => [id, key, action, by, reason, at]),
        [
          [ids[0], work.actions[0]?.key, 'retry', 'ann', 'fixed', 3],
          [ids[1], work.actions[1]?.key, 'retry', 'ann', 'fixed', 3],
        ],
      );
      assert.equal((await opened.parked.list({ channel }, { limit: 1, skip: 0 }))[0]?.state, 'retrying');
      assert.equal((await opened.parked.work('stock', [partition(one)], 1)).actions.length, 1);
      assert.deepEqual((await opened.parked.work('stock', [{ channel, partition: 4 }], 10)).actions, []);
      assert.deepEqual((await opened.parked.work('billing', [partition(one)], 10)).actions, []);
      await unpark(first);
      const again: ParkAgain = {
        kind: PARK_AGAIN,
        ...placeOf(other),
        cause: { code: 'X', message: 'not yet' },
        attempts: 4,
        codeVersion: 'v1',
      };
      await commit(again);
      assert.deepEqual((await opened.parked.work('stock', [partition(one)], 10)).actions, []);
      const [done] = await opened.parked.actions(one, { limit: 10 });
      const [failed] = await opened.parked.actions(two, { limit: 10 });
      assert.deepEqual([done?.ended?.outcome, failed?.ended?.outcome, failed?.ended?.detail], ['done', 'failed', 'not yet']);
      assert.ok((done?.ended?.at ?? 0) > 0);
    });

    it('edits a message and keeps what it was', async () => {
      const ref = freshKey();
      const [first] = (await park(ref, 1)) as [ParkedMessage];
      const [id] = await opened.parked.request({
        action: 'edit',
        filter: ref,
        place: first.place,
        body: Buffer.from('new'),
        by: 'ann',
      });
      const [action] = (await opened.parked.work('stock', [partition(ref)], 10)).actions;
      assert.deepEqual(
        [action?.id, action?.place, action?.headers, Buffer.from(action?.body ?? []).toString()],
        [id, first.place, undefined, 'new'],
      );
      const edit: EditParked = { kind: EDIT_PARKED, ...placeOf(first), action: id as bigint, body: Buffer.from('new') };
      const end: EndParkedAction = { kind: END_PARKED_ACTION, ...ref, actions: [id as bigint], outcome: 'done' };
      await commit(edit, end);
      const edited = await opened.parked.first(ref);
      assert.deepEqual([edited?.stored.headers, Buffer.from(edited?.stored.body ?? []).toString()], [first.stored.headers, 'new']);
      const [ended] = await opened.parked.actions(ref, { limit: 10 });
      assert.deepEqual([ended?.ended?.outcome, ended?.before?.headers], ['done', first.stored.headers]);
      assert.deepEqual([...(ended?.before?.body ?? [])], [...first.stored.body]);
      await commit({ ...edit, headers: { ce_type: 'order.paid' } } as EditParked);
      assert.deepEqual((await opened.parked.first(ref))?.stored.headers, { ce_type: 'order.paid' });
    });

    it('keeps what was discarded', async () => {
      const ref = freshKey();
      const messages = await park(ref, 1, 2);
      const ids = await opened.parked.request({ action: 'discard', filter: ref, by: 'ann', reason: 'spam' });
      const { actions } = await opened.parked.work('stock', [partition(ref)], 10);
      assert.deepEqual(
        actions.map(({ id, place }) => [id, place]),
        ids.map((id, index) => [id, messages[index]?.place]),
      );
      await unpark(messages[0] as ParkedMessage, ids[0]);
      const kept = (await opened.parked.actions(ref, { limit: 10 })).find(({ id }) => id === ids[0]);
      assert.deepEqual(
        [kept?.before?.headers, [...(kept?.before?.body ?? [])]],
        [messages[0]?.stored.headers, [...(messages[0]?.stored.body ?? [])]],
      );
    });

    it('leaves an action that has ended as it ended', async () => {
      const ref = freshKey();
      await park(ref, 1);
      const [id] = await opened.parked.request({ action: 'retry', filter: ref, by: 'ann' });
      const end: EndParkedAction = { kind: END_PARKED_ACTION, ...ref, actions: [id as bigint], outcome: 'gone', detail: 'why' };
      await commit(end);
      await commit({ ...end, outcome: 'done' } as EndParkedAction);
      assert.deepEqual((await opened.parked.actions(ref, { limit: 1 }))[0]?.ended?.outcome, 'gone');
    });

    it('finds actions by consumer, channel, key, asker and id, the newest first and page by page', async () => {
      const [one, two] = [freshKey(), freshKey()];
      await park(one, 1);
      await park(two, 1);
      const request = async (ref: ParkedKeyRef, by: string): Promise<bigint> =>
        (await opened.parked.request({ action: 'retry', filter: ref, by }))[0] as bigint;
      const ann = `ann ${uuidv7()}`;
      const ids = [await request(one, ann), await request(two, ann), await request(one, 'bob')] as const;
      const found = async (...given: Parameters<ParkedStore['actions']>): Promise<readonly bigint[]> =>
        (await opened.parked.actions(...given)).map(({ id }) => id);
      assert.deepEqual(await found({ by: ann }, { limit: 10 }), [ids[1], ids[0]]);
      assert.deepEqual(await found({ channel: one.channel, consumer: 'stock' }, { limit: 10 }), [ids[2], ids[0]]);
      assert.deepEqual(await found({ channel: one.channel, consumer: 'billing' }, { limit: 10 }), []);
      assert.deepEqual(await found({ key: two.key }, { limit: 10 }), [ids[1]]);
      assert.deepEqual(await found({ ids: [ids[0], ids[2]] }, { limit: 10 }), [ids[2], ids[0]]);
      assert.deepEqual(await found({ ids: [] }, { limit: 10 }), []);
      assert.deepEqual(await found({ by: ann }, { limit: 1 }), [ids[1]]);
      assert.deepEqual(await found({ by: ann }, { limit: 1, before: ids[1] }), [ids[0]]);
    });

    it('counts the keys that fit, and their messages', async () => {
      const ref = freshKey();
      const type = uuidv7();
      await park(ref, 1, 2, 3);
      await park(freshKey(ref.channel), 4);
      await commit(message(freshKey(ref.channel), 5, { type }));
      assert.deepEqual(await opened.parked.totals({ channel: ref.channel }), { keys: 3, messages: 5 });
      assert.deepEqual(await opened.parked.totals({ channel: ref.channel, cause: CAUSE.code }), { keys: 2, messages: 4 });
      assert.deepEqual(await opened.parked.totals({ type }), { keys: 1, messages: 1 });
      assert.deepEqual(await opened.parked.totals({ channel: uuidv7() }), { keys: 0, messages: 0 });
    });

    it('finds nothing to ask for where nothing fits', async () => {
      assert.deepEqual(await opened.parked.request({ action: 'retry', filter: freshKey(), by: 'ann' }), []);
      assert.deepEqual(await opened.parked.request({ action: 'discard', filter: freshKey(), by: 'ann' }), []);
    });

    it('says which keys are due to be retried by themselves', async () => {
      const ref = freshKey();
      await commit(message(ref, 1, { cause: CAUSE, retryAfterMs: 50 }));
      const due = async (): Promise<readonly string[]> =>
        (await opened.parked.work('stock', [partition(ref)], 10)).due.map(({ key }) => key);
      await opened.pass(60);
      await until(async () => (await due()).length > 0);
      assert.deepEqual(await due(), [ref.key]);
      const [first] = (await opened.parked.messages(ref, { limit: 1 })) as [ParkedMessage];
      await commit({ kind: PARK_AGAIN, ...placeOf(first), cause: CAUSE, attempts: 4, codeVersion: '' } as ParkAgain);
      assert.deepEqual(await due(), []);
    });

    it('counts what a consumer has parked, over all partitions', async () => {
      const ref = { ...freshKey(), consumer: uuidv7() };
      await park(ref, 1, 2, 3);
      await park({ ...freshKey(), consumer: ref.consumer }, 4);
      assert.equal((await opened.parked.work(ref.consumer, [partition(ref)], 10)).messages, 4);
    });
  });
}
