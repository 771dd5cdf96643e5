import assert from 'node:assert/strict';
import { uuidv7 } from '@minos/common';
import { globalRunner, rejectsWith, type ContractRunner } from '@minos/common/testing';
import type { EventStore, NewEvent, StreamName } from '../contracts/event-store.js';
import { comparePositions } from '../stream/feed-position.js';
import { event, events, fresh, numbersIn } from './event-store-subject.js';
import type { EventStoreUnderTest, Subject } from './event-store-subject.js';
import { guards, pinnedUnits, units } from './event-store-units.contract.js';

export type { EventStoreUnderTest } from './event-store-subject.js';

/** Where adapters may differ. */
export interface EventStoreFeatures {
  /** Whether nobody else sees what a pinned unit has flushed before it commits. @default true */
  readonly flushIsPrivate?: boolean;
}

type Open = () => Promise<EventStoreUnderTest>;

/** Every adapter of {@link EventStore} passes this. */
export function eventStoreContract(open: Open, features: EventStoreFeatures = {}, runner: ContractRunner = globalRunner()): void {
  runner.describe('the contract of event stores', () => {
    let opened: EventStoreUnderTest;
    runner.before(async () => void (opened = await open()));
    runner.after(async () => opened.close?.());
    const subject = (): EventStoreUnderTest => opened;
    versions(runner, subject);
    reading(runner, subject);
    units(runner, subject);
    repetitions(runner, subject);
    tombstones(runner, subject);
    guards(runner, subject);
    pinnedUnits(runner, subject, features.flushIsPrivate ?? true);
  });
}

function versions({ describe, it }: ContractRunner, subject: Subject): void {
  describe('expected versions', () => {
    it('counts the events of a stream from 1 and says how far it got', async () => {
      const { store } = subject();
      const stream = fresh();
      const first = await store.append(stream, events(1, 2), { expectedVersion: 'no-stream' });
      const second = await store.append(stream, events(3), { expectedVersion: 2 });
      assert.deepEqual([first?.version, first?.duplicate, second?.version, second?.stream], [2, false, 3, stream]);
      assert.ok(comparePositions(first!.position, second!.position) < 0);
    });

    it('refuses every version but the right one', async () => {
      const { store } = subject();
      const stream = fresh();
      await rejectsWith('CONCURRENCY_CONFLICT', store.append(stream, events(1), { expectedVersion: 1 }));
      await store.append(stream, events(1, 2), { expectedVersion: 0 });
      for (const expectedVersion of ['no-stream', 0, 1, 3] as const) {
        await rejectsWith('CONCURRENCY_CONFLICT', store.append(stream, events(9), { expectedVersion }));
      }
      assert.deepEqual(await numbersIn(store, stream), [1, 2]);
    });

    it('appends behind whatever is there where any version will do', async () => {
      const { store } = subject();
      const stream = fresh();
      await Promise.all(Array.from({ length: 20 }, (_, n) => store.append(stream, events(n), { expectedVersion: 'any' })));
      const read = await store.read(stream);
      assert.deepEqual(
        read.map(({ version }) => version),
        Array.from({ length: 20 }, (_, n) => n + 1),
      );
      assert.deepEqual(new Set(read.map(({ data }) => data.n)).size, 20);
    });

    for (const expectedVersion of ['no-stream', 1] as const) {
      it(`lets one of 20 writers win that expect ${expectedVersion}`, async () => {
        const { store } = subject();
        const stream = fresh();
        if (expectedVersion === 1) await store.append(stream, events(0), { expectedVersion: 'no-stream' });
        const attempts = await Promise.allSettled(
          Array.from({ length: 20 }, (_, n) => store.append(stream, events(n), { expectedVersion })),
        );
        const lost = attempts.filter((one) => one.status === 'rejected');
        assert.deepEqual(new Set(lost.map((one) => (one.reason as { code: string }).code)), new Set(['CONCURRENCY_CONFLICT']));
        assert.equal(lost.length, 19);
        assert.equal((await store.state(stream)).version, expectedVersion === 1 ? 2 : 1);
      });
    }

    it('refuses lists that nobody can append', async () => {
      const { store } = subject();
      const id = uuidv7();
      await rejectsWith('APPEND_INVALID', store.append(fresh(), [], { expectedVersion: 'any' }));
      await rejectsWith('APPEND_INVALID', store.append(fresh(), [event(1, 'no-uuid')], { expectedVersion: 'any' }));
      await rejectsWith('APPEND_INVALID', store.append(fresh(), [event(1, id), event(2, id)], { expectedVersion: 'any' }));
      await rejectsWith('APPEND_INVALID', store.append(fresh(), events(1), { expectedVersion: -1 }));
    });
  });
}

function reading({ describe, it }: ContractRunner, subject: Subject): void {
  describe('reading', () => {
    it('gives back what was appended', async () => {
      const { store } = subject();
      const stream = fresh();
      const data = { text: 'Grüße 🎟 "\\', list: [1, { deep: null }], big: Number.MAX_SAFE_INTEGER, small: -0.25, yes: true, empty: {} };
      const metadata = { correlationId: 'c-1', causationId: 'm-1', principal: { subject: 'ann', roles: ['admin'] } };
      const id = uuidv7();
      const appended = await store.append(stream, [{ id, type: 'thing.made', schemaVersion: 3, data, metadata }], {
        expectedVersion: 'any',
      });
      const [one] = await store.read(stream);
      assert.ok(one);
      const { recordedAt, ...rest } = one;
      assert.deepEqual(rest, {
        id,
        type: 'thing.made',
        schemaVersion: 3,
        stream,
        version: 1,
        position: appended?.position,
        tenant: '',
        data,
        metadata,
      });
      assert.ok(recordedAt instanceof Date && !Number.isNaN(recordedAt.getTime()));
    });

    it('hands out copies', async () => {
      const { store } = subject();
      const stream = fresh();
      await store.append(stream, events(1), { expectedVersion: 'any' });
      const [first] = await store.read(stream);
      (first as unknown as { data: { n: number } }).data.n = 99;
      assert.deepEqual(await numbersIn(store, stream), [1]);
    });

    it('reads forward, backward, from a version, and so many', async () => {
      const { store } = subject();
      const stream = fresh();
      await store.append(stream, events(1, 2, 3, 4, 5), { expectedVersion: 'any' });
      const versionsOf = async (options: Parameters<EventStore['read']>[1]) =>
        (await store.read(stream, options)).map(({ version }) => version);
      assert.deepEqual(await versionsOf({}), [1, 2, 3, 4, 5]);
      assert.deepEqual(await versionsOf({ from: 4 }), [4, 5]);
      assert.deepEqual(await versionsOf({ from: 2, limit: 2 }), [2, 3]);
      assert.deepEqual(await versionsOf({ from: 6 }), []);
      assert.deepEqual(await versionsOf({ direction: 'backward' }), [5, 4, 3, 2, 1]);
      assert.deepEqual(await versionsOf({ direction: 'backward', limit: 2 }), [5, 4]);
      assert.deepEqual(await versionsOf({ direction: 'backward', from: 3, limit: 2 }), [3, 2]);
      assert.deepEqual(await versionsOf({ direction: 'backward', from: 99 }), [5, 4, 3, 2, 1]);
    });

    it('finds nothing of a stream that is not there', async () => {
      const { store } = subject();
      const stream = fresh();
      assert.deepEqual(await store.read(stream), []);
      assert.deepEqual(await store.read(stream, { mustBeOpen: true }), []);
      assert.deepEqual(await store.state(stream), { version: 0, closed: false });
    });

    it('keeps tenants apart', async () => {
      const { store, unitOfWork } = subject();
      const stream = fresh();
      const [left, right] = [uuidv7(), uuidv7()];
      const appendAs = (tenant: string, ...numbers: number[]) =>
        unitOfWork.run(() => store.append(stream, events(...numbers), { expectedVersion: 'no-stream' }), { tenant });
      await appendAs(left, 1);
      await appendAs(right, 2, 3);
      assert.deepEqual(
        (await store.read(stream, { tenant: left })).map(({ data, tenant }) => [data.n, tenant]),
        [[1, left]],
      );
      assert.deepEqual((await store.state(stream, { tenant: right })).version, 2);
      assert.deepEqual(await store.read(stream), []);
      const inside = await unitOfWork.run(() => store.read(stream), { tenant: right });
      assert.deepEqual(
        inside.map(({ data }) => data.n),
        [2, 3],
      );
    });
  });
}

function repetitions({ describe, it }: ContractRunner, subject: Subject): void {
  describe('repeated events', () => {
    it('answers a repetition with the first result, whatever it expects', async () => {
      const { store } = subject();
      const stream = fresh();
      const [one, two] = [event(1, uuidv7()), event(2, uuidv7())];
      const first = await store.append(stream, [one, two], { expectedVersion: 'no-stream' });
      await store.append(stream, events(3), { expectedVersion: 2 });
      for (const expectedVersion of ['no-stream', 'any', 3, 17] as const) {
        assert.deepEqual(await store.append(stream, [one, two], { expectedVersion }), { ...first, duplicate: true });
      }
      assert.deepEqual(await store.append(stream, [two], { expectedVersion: 1 }), { ...first, duplicate: true });
      assert.deepEqual(await numbersIn(store, stream), [1, 2, 3]);
    });

    it('refuses ids that are stored in another way', async () => {
      const { store, unitOfWork } = subject();
      const [stream, other] = [fresh(), fresh()];
      const [one, two, three] = [event(1, uuidv7()), event(2, uuidv7()), event(3, uuidv7())];
      await store.append(stream, [one, two, three], { expectedVersion: 'no-stream' });
      const lists: [StreamName, NewEvent[]][] = [
        [stream, [three, event(4)]],
        [stream, [two, one]],
        [stream, [one, three]],
        [other, [one]],
      ];
      for (const [target, list] of lists) await rejectsWith('EVENT_ID_REUSED', store.append(target, list, { expectedVersion: 'any' }));
      const elsewhere = unitOfWork.run(() => store.append(stream, [one], { expectedVersion: 'any' }), { tenant: uuidv7() });
      await rejectsWith('EVENT_ID_REUSED', elsewhere);
      assert.deepEqual([await numbersIn(store, stream), await numbersIn(store, other)], [[1, 2, 3], []]);
    });
  });
}

function tombstones({ describe, it }: ContractRunner, subject: Subject): void {
  describe('closed streams', () => {
    it('take nothing more and stay readable', async () => {
      const { store } = subject();
      const stream = fresh();
      await store.append(stream, events(1, 2), { expectedVersion: 'no-stream' });
      await store.close(stream, { expectedVersion: 2 });
      for (const expectedVersion of ['any', 2, 'no-stream'] as const) {
        await rejectsWith('STREAM_CLOSED', store.append(stream, events(3), { expectedVersion }));
      }
      assert.deepEqual(await store.state(stream), { version: 2, closed: true });
      assert.deepEqual(await numbersIn(store, stream), [1, 2]);
      await rejectsWith('STREAM_CLOSED', store.read(stream, { mustBeOpen: true }));
      await rejectsWith('STREAM_CLOSED', store.read(stream, { mustBeOpen: true, from: 3 }));
    });

    it('are closed once, at the version that was expected', async () => {
      const { store } = subject();
      const stream = fresh();
      await store.append(stream, events(1), { expectedVersion: 'no-stream' });
      await rejectsWith('CONCURRENCY_CONFLICT', store.close(stream, { expectedVersion: 2 }));
      await store.close(stream, { expectedVersion: 'any' });
      await store.close(stream, { expectedVersion: 1 });
      const empty = fresh();
      await store.close(empty, { expectedVersion: 'no-stream' });
      await rejectsWith('STREAM_CLOSED', store.append(empty, events(1), { expectedVersion: 'no-stream' }));
    });

    it('can be appended to and closed in one unit', async () => {
      const { store, unitOfWork } = subject();
      const stream = fresh();
      await unitOfWork.run(async () => {
        await store.append(stream, events(1), { expectedVersion: 'no-stream' });
        await store.close(stream, { expectedVersion: 1 });
      });
      assert.deepEqual(await store.state(stream), { version: 1, closed: true });
    });

    it('answer a repetition of what they hold', async () => {
      const { store } = subject();
      const stream = fresh();
      const one = event(1, uuidv7());
      const first = await store.append(stream, [one], { expectedVersion: 'no-stream' });
      await store.close(stream, { expectedVersion: 1 });
      assert.deepEqual(await store.append(stream, [one], { expectedVersion: 'no-stream' }), { ...first, duplicate: true });
    });
  });
}
