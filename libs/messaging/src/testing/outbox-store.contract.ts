import assert from 'node:assert/strict';
import type { Lease, Leases, UnitOfWork } from '@minos/common';
import { globalRunner, rejectsWith, VirtualClock, type ContractRunner } from '@minos/common/testing';
import type { OutboxStore } from '../contracts/outbox-store.js';
import { OUTBOX_SLOTS, type OutboxRecord, type OutgoingMessage } from '../contracts/outgoing-message.js';
import { Outbox } from '../outbox/outbox.js';

/** What an outbox is made of for {@link outboxStoreContract}: empty, with the leases that fence it and a unit of work that commits to it. */
export interface OutboxStoreUnderTest {
  readonly store: OutboxStore;
  readonly leases: Leases;
  readonly unitOfWork: UnitOfWork;
  /** Makes every message as old as if this time had passed. */
  age(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

const ALL = Array.from({ length: OUTBOX_SLOTS }, (_, slot) => slot);
const TTL = 60_000;

/** What every {@link OutboxStore} keeps. */
export function outboxStoreContract(
  name: string,
  create: () => OutboxStoreUnderTest | Promise<OutboxStoreUnderTest>,
  runner: ContractRunner = globalRunner(),
): void {
  const { describe, it, beforeEach, afterEach } = runner;
  describe(`${name} as an outbox`, () => {
    let harness: OutboxStoreUnderTest;
    const outbox = new Outbox({ source: 'order', clock: new VirtualClock() });
    beforeEach(async () => {
      harness = await create();
    });
    afterEach(() => harness.close?.());

    const message = (key: string, text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
      ...{ channel: 'stock.commands', key, type: 'stock.reserve', data: { text }, ...more },
    });
    const send = (...messages: OutgoingMessage[]): Promise<string[]> =>
      harness.unitOfWork.run((unit) => messages.map((each) => outbox.enlist(unit, each)));
    const unsent = (limit = 100, slots = ALL): Promise<readonly OutboxRecord[]> => harness.store.unsent(slots, limit);
    const texts = (records: readonly OutboxRecord[]): string[] => records.map(({ body }) => (JSON.parse(body) as { text: string }).text);
    const take = async (holder: string): Promise<Lease> => {
      const lease = await harness.leases.acquire('outbox:0', holder, TTL);
      assert.ok(lease, `${holder} did not get the lease`);
      return lease;
    };

    it('holds what a unit sent, ready to be published, once the unit has committed', async () => {
      const [id] = await send(message('order "1"\\', 'grün', { correlationId: 'c-1', schemaVersion: 3, extensions: { note: 'x' } }));
      const [record, ...rest] = await unsent();
      assert.ok(record);
      assert.deepEqual(rest, []);
      assert.deepEqual([record.messageId, record.channel, record.key], [id, 'stock.commands', 'order "1"\\']);
      assert.deepEqual(JSON.parse(record.body), { text: 'grün' });
      const { ce_id, ce_source, ce_type, ce_correlationid, ce_schemaversion, ce_note, ce_sequence } = record.headers;
      assert.deepEqual([ce_id, ce_source, ce_type, ce_correlationid], [id, 'order', 'stock.reserve', 'c-1']);
      assert.deepEqual([ce_schemaversion, ce_note, ce_sequence], ['3', 'x', undefined]);
      assert.ok(record.ageMs >= 0 && record.ageMs < TTL);
    });

    it('tells the unit the id of each message', async () => {
      const results = await harness.unitOfWork.run(async (unit) => {
        const ids = [outbox.enlist(unit, message('a', '1')), outbox.enlist(unit, message('b', '2'))];
        await unit.flush();
        return ids;
      });
      assert.deepEqual(
        (await unsent()).map(({ messageId }) => messageId),
        results,
      );
    });

    it('holds nothing of a unit that failed', async () => {
      const failing = harness.unitOfWork.run((unit) => {
        outbox.enlist(unit, message('a', 'lost'));
        throw new Error('changed my mind');
      });
      await assert.rejects(failing, /changed my mind/);
      await send(message('a', 'kept'));
      assert.deepEqual(texts(await unsent()), ['kept']);
    });

    it('gives the messages of a key ids in the order of their commits', async () => {
      for (let round = 0; round < 5; round += 1) await send(...['a', 'b', 'a'].map((key, n) => message(key, `${round}.${n}`)));
      const records = await unsent();
      const of = (key: string): string[] => texts(records.filter((record) => record.key === key));
      assert.deepEqual(of('a'), ['0.0', '0.2', '1.0', '1.2', '2.0', '2.2', '3.0', '3.2', '4.0', '4.2']);
      assert.deepEqual(of('b'), ['0.1', '1.1', '2.1', '3.1', '4.1']);
      assert.ok(records.every(({ id }, index) => index === 0 || id > (records[index - 1]?.id ?? 0n)));
    });

    it('reads the oldest of the slots that are asked for, up to the limit, without channels that are not wanted', async () => {
      await send(...Array.from({ length: 40 }, (_, n) => message(`key-${n}`, String(n), { channel: n % 2 === 0 ? 'even' : 'odd' })));
      const all = await unsent();
      assert.equal(all.length, 40);
      assert.ok(new Set(all.map(({ slot }) => slot)).size > 10, 'forty keys are in few slots');
      const half = ALL.slice(0, 32);
      const wanted = all.filter(({ slot }) => slot < 32);
      assert.deepEqual(texts(await unsent(5, half)), texts(wanted).slice(0, 5));
      assert.deepEqual(texts(await harness.store.unsent(half, 100, ['odd'])), texts(wanted.filter(({ channel }) => channel === 'even')));
      assert.deepEqual(await unsent(5, []), []);
    });

    it('says which slots have something to read', async () => {
      assert.deepEqual(await harness.store.waiting(ALL), []);
      await send(message('a', '1'), message('b', '2'), message('c', '3'));
      const slots = new Set((await unsent()).map(({ slot }) => slot));
      assert.deepEqual(new Set(await harness.store.waiting(ALL)), slots);
      const [one = -1, ...others] = slots;
      assert.deepEqual(await harness.store.waiting(ALL.filter((slot) => !others.includes(slot))), [one]);
      const lease = await take('one');
      for (const { channel, key, slot } of await unsent())
        if (slot !== one) await harness.store.refuse({ channel, key, reason: 'no' }, lease);
      assert.deepEqual(await harness.store.waiting(ALL), [one]);
      await harness.store.forget(await unsent(), [lease]);
      assert.deepEqual(await harness.store.waiting(ALL), []);
    });

    it('forgets what was published, once or again, under the lease alone', async () => {
      await send(message('a', '1'), message('b', '2'), message('a', '3'));
      const lease = await take('one');
      const [first, second, third] = await unsent();
      assert.ok(first && second && third);
      await harness.store.forget([first, second], [lease]);
      await harness.store.forget([first, second], [lease]);
      assert.deepEqual(texts(await unsent()), ['3']);
      await harness.leases.release(lease);
      const next = await take('other');
      await rejectsWith('LEASE_LOST', harness.store.forget([third], [lease]));
      await rejectsWith('LEASE_LOST', harness.store.forget([third], [next, lease]));
      await rejectsWith('LEASE_LOST', harness.store.refuse({ channel: third.channel, key: 'a', reason: 'late' }, lease));
      assert.deepEqual(texts(await unsent()), ['3']);
      await harness.store.forget([third], [next]);
      assert.deepEqual(await unsent(), []);
    });

    it('stops a refused key, lets the others flow, and goes on with it in order when it is released', async () => {
      const lease = await take('one');
      const key = { channel: 'stock.commands', key: 'a' };
      await send(message('a', '1'), message('b', '2'), message('a', '3'), message('a', 'other', { channel: 'other' }));
      await harness.store.refuse({ ...key, reason: 'too large' }, lease);
      await harness.store.refuse({ ...key, reason: 'again' }, lease);
      await send(message('a', '4'), message('b', '5'));
      assert.deepEqual(texts(await unsent()), ['2', 'other', '5']);
      const refused = await harness.store.refusedKeys(10);
      assert.deepEqual(refused, [{ ...key, reason: 'too large', refusedAt: refused[0]?.refusedAt }]);
      assert.ok((refused[0]?.refusedAt ?? 0) > 0);
      assert.deepEqual([(await harness.store.progress()).unsent, (await harness.store.progress()).refusedKeys], [3, 1]);
      assert.equal(await harness.store.release(key, { oldest: 'retry', by: 'ann' }), true);
      assert.deepEqual(texts(await unsent()), ['1', '2', '3', 'other', '4', '5']);
      assert.equal(await harness.store.release(key, { oldest: 'discard', by: 'ann' }), false);
      await harness.store.refuse({ ...key, reason: 'too large' }, lease);
      assert.equal(await harness.store.release(key, { oldest: 'discard', by: 'bob', reason: 'a "joke"' }), true);
      assert.deepEqual(texts(await unsent()), ['2', '3', 'other', '4', '5']);
      const [last, first, ...rest] = await harness.store.decisions(10);
      assert.deepEqual(rest, []);
      assert.deepEqual([first?.oldest, first?.by, first?.reason, first?.discarded], ['retry', 'ann', undefined, undefined]);
      const { id, at, discarded, ...said } = last ?? {};
      assert.deepEqual(said, { ...key, refusal: 'too large', oldest: 'discard', by: 'bob', reason: 'a "joke"' });
      assert.deepEqual([id !== undefined && id > (first?.id ?? 0n), (at ?? 0) > 0], [true, true]);
      assert.deepEqual([JSON.parse(discarded?.body ?? ''), discarded?.headers['ce_id']], [{ text: '1' }, discarded?.messageId]);
      assert.deepEqual((await harness.store.decisions(1)).length, 1);
    });

    it('says how much waits and since when', async () => {
      assert.deepEqual(await harness.store.progress(), { unsent: 0, oldestSeconds: 0, refusedKeys: 0 });
      await send(message('a', '1'));
      await harness.age(90_000);
      await send(message('b', '2'));
      const progress = await harness.store.progress();
      assert.equal(progress.unsent, 2);
      assert.ok(progress.oldestSeconds >= 90 && progress.oldestSeconds < 150);
    });
  });
}
