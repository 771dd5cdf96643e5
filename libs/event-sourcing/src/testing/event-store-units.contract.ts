import assert from 'node:assert/strict';
import { rejectsWith, type ContractRunner } from '@minos/common/testing';
import { GUARD_STREAM } from '../contracts/event-store.js';
import type { GuardStream, StreamName } from '../contracts/event-store.js';
import { appendChange } from '../stream/append-change.js';
import { events, fresh, numbersIn } from './event-store-subject.js';
import type { Subject } from './event-store-subject.js';

/** What an event store does in units of work. */
export function units({ describe, it }: ContractRunner, subject: Subject): void {
  describe('units', () => {
    it('commits several streams at once, and answers when it has', async () => {
      const { store, unitOfWork } = subject();
      const [left, right] = [fresh(), fresh()];
      await unitOfWork.run(async () => {
        assert.equal(await store.append(left, events(1), { expectedVersion: 'no-stream' }), undefined);
        await store.append(right, events(2), { expectedVersion: 'no-stream' });
      });
      assert.deepEqual([await numbersIn(store, left), await numbersIn(store, right)], [[1], [2]]);
    });

    it('stores nothing of any stream where one is in conflict', async () => {
      const { store, unitOfWork } = subject();
      const [left, right] = [fresh(), fresh()];
      await store.append(right, events(1), { expectedVersion: 'no-stream' });
      const failing = unitOfWork.run(
        async () => {
          await store.append(left, events(1), { expectedVersion: 'no-stream' });
          await store.append(right, events(2), { expectedVersion: 'no-stream' });
        },
        { attempts: 1 },
      );
      await rejectsWith('CONCURRENCY_CONFLICT', failing);
      assert.deepEqual([await numbersIn(store, left), await numbersIn(store, right)], [[], [1]]);
    });

    it('stores nothing where the work throws', async () => {
      const { store, unitOfWork } = subject();
      const stream = fresh();
      const failing = unitOfWork.run(async () => {
        await store.append(stream, events(1), { expectedVersion: 'no-stream' });
        throw new Error('changed my mind');
      });
      await assert.rejects(failing, /changed my mind/);
      assert.deepEqual(await numbersIn(store, stream), []);
    });

    it('appends twice to one stream, the second behind the first', async () => {
      const { store, unitOfWork } = subject();
      const stream = fresh();
      const [first, second] = await unitOfWork.run((unit) => [
        unit.enlist<{ version: number }>(appendChange(stream, events(1, 2), 'no-stream')),
        unit.enlist<{ version: number }>(appendChange(stream, events(3), 2)),
      ]);
      assert.deepEqual([first?.result?.version, second?.result?.version], [2, 3]);
      assert.deepEqual(await numbersIn(store, stream), [1, 2, 3]);
    });

    it('appends behind any version, and then at the version that this makes', async () => {
      const { store, unitOfWork } = subject();
      for (const before of [0, 2]) {
        const stream = fresh();
        if (before > 0) await store.append(stream, events(8, 9), { expectedVersion: 'no-stream' });
        const enlisted = await unitOfWork.run((unit) =>
          [
            appendChange(stream, events(1, 2), 'any'),
            appendChange(stream, events(3), before + 2),
            appendChange(stream, events(4), 'any'),
            appendChange(stream, events(5), before + 4),
          ].map((change) => unit.enlist<{ version: number }>(change)),
        );
        assert.deepEqual(
          enlisted.map(({ result }) => result?.version),
          [2, 3, 4, 5].map((version) => before + version),
        );
        assert.deepEqual(await numbersIn(store, stream), [...[8, 9].slice(0, before), 1, 2, 3, 4, 5]);
      }
    });

    it('stores nothing where the version behind an append to any is another one', async () => {
      const { store, unitOfWork } = subject();
      const stream = fresh();
      await store.append(stream, events(1, 2), { expectedVersion: 'no-stream' });
      for (const wrong of ['no-stream', 1, 2, 4] as const) {
        const failing = unitOfWork.run(
          (unit) => {
            unit.enlist(appendChange(stream, events(3), 'any'));
            unit.enlist(appendChange(stream, events(4), wrong));
          },
          { attempts: 1 },
        );
        await rejectsWith('CONCURRENCY_CONFLICT', failing);
      }
      assert.deepEqual(await numbersIn(store, stream), [1, 2]);
    });

    it('commits a unit together with the one that it stands on, and not without it', async () => {
      const { store, unitOfWork } = subject();
      for (const right of [true, false]) {
        const stream = fresh();
        let second: Promise<unknown> = Promise.resolve();
        const first = unitOfWork.run(
          (unit) => {
            unit.enlist(appendChange(stream, events(1), right ? 'no-stream' : 7));
            unit.onSettling(() => {
              second = unitOfWork.run(
                (next) => {
                  next.standOn(unit);
                  next.enlist(appendChange(stream, events(2), right ? 1 : 8));
                },
                { mode: 'new', attempts: 1 },
              );
              second.catch(() => undefined);
            });
          },
          { attempts: 1 },
        );
        const outcomes = await Promise.allSettled([
          first.then(
            () => second,
            () => second,
          ),
        ]);
        assert.equal(outcomes[0]?.status, right ? 'fulfilled' : 'rejected');
        assert.deepEqual(await numbersIn(store, stream), right ? [1, 2] : []);
      }
    });
  });
}

export function guards({ describe, it }: ContractRunner, subject: Subject): void {
  const guard = (stream: StreamName, version: number): GuardStream => ({ kind: GUARD_STREAM, stream, version });

  describe('guards', () => {
    it('let the outcome through while the version holds', async () => {
      const { store, unitOfWork } = subject();
      const stream = fresh();
      await store.append(stream, events(1), { expectedVersion: 'no-stream' });
      assert.equal(await unitOfWork.run((unit) => (unit.guard(guard(stream, 1)), 'fine')), 'fine');
      assert.equal(await unitOfWork.run((unit) => (unit.guard(guard(fresh(), 0)), 'fine')), 'fine');
      const failing = unitOfWork.run((unit) => {
        unit.guard(guard(stream, 1));
        throw new Error('no');
      });
      await assert.rejects(failing, /no/);
    });

    it('turn the outcome into a conflict where it does not', async () => {
      const { store, unitOfWork } = subject();
      const [stream, closed] = [fresh(), fresh()];
      await store.append(stream, events(1), { expectedVersion: 'no-stream' });
      await store.append(closed, events(1), { expectedVersion: 'no-stream' });
      await store.close(closed, { expectedVersion: 1 });
      for (const wrong of [guard(stream, 0), guard(stream, 2), guard(closed, 1)]) {
        await rejectsWith(
          'CONCURRENCY_CONFLICT',
          unitOfWork.run((unit) => unit.guard(wrong), { attempts: 1 }),
        );
        const throwing = unitOfWork.run(
          (unit) => {
            unit.guard(wrong);
            throw new Error('no');
          },
          { attempts: 1 },
        );
        await rejectsWith('CONCURRENCY_CONFLICT', throwing);
      }
    });

    it('hold together with an append of the same unit', async () => {
      const { store, unitOfWork } = subject();
      const stream = fresh();
      await unitOfWork.run((unit) => {
        unit.guard(guard(stream, 0));
        unit.enlist(appendChange(stream, events(1), 'no-stream'));
      });
      assert.deepEqual(await numbersIn(store, stream), [1]);
    });
  });
}

export function pinnedUnits({ describe, it }: ContractRunner, subject: Subject, flushIsPrivate: boolean): void {
  describe('pinned units', () => {
    it('read what they have flushed', async () => {
      const { store, unitOfWork } = subject();
      const stream = fresh();
      await unitOfWork.run(async (unit) => {
        await store.append(stream, events(1), { expectedVersion: 'no-stream' });
        await unit.flush();
        assert.deepEqual(await numbersIn(store, stream), [1]);
        await store.append(stream, events(2), { expectedVersion: 1 });
      });
      assert.deepEqual(await numbersIn(store, stream), [1, 2]);
    });

    it('take back what they have flushed where the work throws', async () => {
      const { store, unitOfWork } = subject();
      const stream = fresh();
      const failing = unitOfWork.run(async (unit) => {
        await store.append(stream, events(1), { expectedVersion: 'no-stream' });
        await unit.flush();
        if (flushIsPrivate) assert.deepEqual(await unitOfWork.run(() => numbersIn(store, stream), { mode: 'new' }), []);
        throw new Error('no');
      });
      await assert.rejects(failing, /no/);
      assert.deepEqual(await numbersIn(store, stream), []);
    });
  });
}
