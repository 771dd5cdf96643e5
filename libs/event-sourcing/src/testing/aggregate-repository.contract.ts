import assert from 'node:assert/strict';
import { Rejection, uuidv7 } from '@minos/common';
import type { UnitOfWork } from '@minos/common';
import { globalRunner, rejectsWith, type ContractRunner } from '@minos/common/testing';
import type { AggregateClass } from '../aggregate/aggregate-class.js';
import type { AggregateRoot } from '../aggregate/aggregate-root.js';
import { streamOf } from '../aggregate/stream-of.js';
import type { EventStore } from '../contracts/event-store.js';
import type { AggregateRepository } from '../repository/aggregate-repository.js';
import type { AggregateRepositoryOptions } from '../repository/aggregate-repository-options.js';
import { streamName } from '../stream/stream-name.js';
import { Ticket } from './fixtures/ticket.js';

/** A storage with repositories on it. */
export interface AggregateRepositoryUnderTest {
  readonly store: EventStore;
  readonly unitOfWork: UnitOfWork;
  /** A new repository each time, with a queue and a cache of its own, as another process would have. */
  repository<A extends AggregateRoot>(type: AggregateClass<A>, options?: Partial<AggregateRepositoryOptions>): AggregateRepository<A>;
  close?(): Promise<void>;
}

export interface AggregateRepositoryContractOptions {
  /** How many commands go to one aggregate at once. @default 300 */
  readonly commands?: number;
}

/** Repositories on every storage pass this. */
export function aggregateRepositoryContract(
  open: () => Promise<AggregateRepositoryUnderTest>,
  options: AggregateRepositoryContractOptions = {},
  runner: ContractRunner = globalRunner(),
): void {
  runner.describe('the contract of aggregate repositories', () => {
    let opened: AggregateRepositoryUnderTest;
    runner.before(async () => void (opened = await open()));
    runner.after(async () => opened.close?.());
    const subject = (): AggregateRepositoryUnderTest => opened;
    lifeCycle(runner, subject);
    joining(runner, subject);
    hotAggregates(runner, subject, options.commands ?? 300);
    confirming(runner, subject);
  });
}

type Subject = () => AggregateRepositoryUnderTest;

async function opened(subject: Subject, seats: number) {
  const tickets = subject().repository(Ticket);
  const id = uuidv7();
  await tickets.create(id, (ticket) => ticket.open(seats));
  return { tickets, id };
}

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `p${index}`);

function lifeCycle({ describe, it }: ContractRunner, subject: Subject): void {
  describe('the life of an aggregate', () => {
    it('is created, changed and read', async () => {
      const { tickets, id } = await opened(subject, 3);
      assert.equal(await tickets.update(id, (ticket) => ticket.take('ann')), 2);
      const ticket = await tickets.load(id);
      assert.deepEqual([ticket.id, ticket.seatsLeft, ticket.takenBy], [id, 2, ['ann']]);
      assert.deepEqual(streamOf(ticket), { id, name: streamName('ticket', id), version: 2 });
    });

    it('is not found where there is none', async () => {
      const tickets = subject().repository(Ticket);
      const id = uuidv7();
      assert.equal(await tickets.find(id), undefined);
      await rejectsWith('AGGREGATE_NOT_FOUND', tickets.load(id));
      await rejectsWith(
        'AGGREGATE_NOT_FOUND',
        tickets.update(id, (ticket) => ticket.take('ann')),
      );
      await rejectsWith('AGGREGATE_NOT_FOUND', tickets.delete(id));
    });

    it('is created once', async () => {
      const { tickets, id } = await opened(subject, 3);
      await rejectsWith(
        'AGGREGATE_ALREADY_EXISTS',
        tickets.create(id, (ticket) => ticket.open(9)),
      );
      await rejectsWith(
        'AGGREGATE_ALREADY_EXISTS',
        subject()
          .repository(Ticket)
          .create(id, (ticket) => ticket.open(9)),
      );
      assert.equal((await tickets.load(id)).seatsLeft, 3);
    });

    it('is created by one of many', async () => {
      const id = uuidv7();
      const repositories = [subject().repository(Ticket), subject().repository(Ticket)];
      const attempts = Array.from({ length: 40 }, (_, n) =>
        (repositories[n % 2] as (typeof repositories)[0]).create(id, (ticket) => ticket.open(n)),
      );
      const outcomes = await Promise.allSettled(attempts);
      const reasons = outcomes.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []));
      assert.deepEqual([reasons.length, new Set(reasons)], [39, new Set(['AGGREGATE_ALREADY_EXISTS'])]);
      assert.equal(streamOf(await subject().repository(Ticket).load(id)).version, 1);
    });

    it('is deleted once, with a last decision', async () => {
      const { tickets, id } = await opened(subject, 3);
      await tickets.delete(id, (ticket) => void ticket.take('ann'));
      for (const repository of [tickets, subject().repository(Ticket)]) {
        await rejectsWith('AGGREGATE_DELETED', repository.delete(id));
        await rejectsWith(
          'AGGREGATE_DELETED',
          repository.update(id, (ticket) => ticket.take('bob')),
        );
        await rejectsWith(
          'AGGREGATE_DELETED',
          repository.create(id, (ticket) => ticket.open(1)),
        );
        await rejectsWith('AGGREGATE_DELETED', repository.load(id));
        assert.equal(await repository.find(id), undefined);
      }
      assert.equal((await subject().store.read(streamName('ticket', id))).length, 2);
    });

    it('stores nothing of a decision that throws', async () => {
      const { tickets, id } = await opened(subject, 3);
      const failing = tickets.update(id, (ticket) => {
        ticket.take('ann');
        throw new Rejection('changed-my-mind', 'no');
      });
      await assert.rejects(failing, { code: 'changed-my-mind' });
      assert.equal(await tickets.update(id, (ticket) => ticket.take('bob')), 2);
      assert.deepEqual((await tickets.load(id)).takenBy, ['bob']);
    });

    it('is folded from a snapshot and what came after it', async () => {
      const { tickets, id } = await opened(subject, 100);
      for (const name of names(25)) await tickets.update(id, (ticket) => ticket.take(name));
      const { store } = subject();
      const starts: unknown[] = [];
      const watched: EventStore = {
        append: (...values) => store.append(...values),
        close: (...values) => store.close(...values),
        state: (...values) => store.state(...values),
        read: (stream, readOptions) => (starts.push(readOptions?.from), store.read(stream, readOptions)),
      };
      const ticket = await subject().repository(Ticket, { store: watched }).load(id);
      assert.deepEqual([ticket.seatsLeft, ticket.takenBy, streamOf(ticket).version], [75, names(25), 26]);
      assert.deepEqual(starts, [20]);
    });
  });
}

function joining({ describe, it }: ContractRunner, subject: Subject): void {
  describe('in a unit of work', () => {
    it('is one instance, and commits with the unit', async () => {
      const { tickets, id } = await opened(subject, 3);
      await subject().unitOfWork.run(async () => {
        const first = await tickets.load(id);
        await tickets.update(id, (ticket) => (assert.equal(ticket, first), ticket.take('ann')));
        first.take('bob');
        first.commit();
        assert.deepEqual((await tickets.load(id)).takenBy, ['ann', 'bob']);
        assert.equal((await subject().store.read(streamName('ticket', id))).length, 1);
      });
      assert.deepEqual((await subject().repository(Ticket).load(id)).takenBy, ['ann', 'bob']);
    });

    it('commits several aggregates together or not at all', async () => {
      const { tickets, id } = await opened(subject, 1);
      const other = uuidv7();
      const both = (seats: number) =>
        subject().unitOfWork.run(async () => {
          await tickets.create(other, (ticket) => ticket.open(seats));
          await tickets.update(id, (ticket) => ticket.take('ann'));
        });
      await both(5);
      await rejectsWith('AGGREGATE_ALREADY_EXISTS', both(6));
      assert.deepEqual([(await tickets.load(id)).takenBy, (await tickets.load(other)).seatsLeft], [['ann'], 5]);
    });

    it('goes on after a decision that threw halfway and was caught', async () => {
      const { tickets, id } = await opened(subject, 5);
      await subject().unitOfWork.run(async () => {
        await tickets.update(id, (ticket) => ticket.take('ann'));
        const failing = tickets.update(id, (ticket) => {
          ticket.take('nobody');
          throw new Error('no');
        });
        await assert.rejects(failing, /no/);
        await tickets.update(id, (ticket) => ticket.take('bob'));
      });
      assert.deepEqual((await tickets.load(id)).takenBy, ['ann', 'bob']);
    });

    it('belongs to it: changing it later or elsewhere is refused', async () => {
      const { tickets, id } = await opened(subject, 5);
      const outside = await tickets.load(id);
      assert.throws(() => outside.take('ann'), { code: 'AGGREGATE_DETACHED' });
      let kept: Ticket | undefined;
      await tickets.update(id, (ticket) => void (kept = ticket));
      assert.throws(() => kept?.take('ann'), { code: 'AGGREGATE_DETACHED' });
      await tickets.update(id, () => assert.ok(kept));
      assert.equal((await tickets.load(id)).seatsLeft, 5);
    });

    it('is decided again on fresh state after a conflict', async () => {
      const { tickets, id } = await opened(subject, 5);
      let runs = 0;
      await tickets.update(id, async (ticket) => {
        if (++runs === 1)
          await subject().unitOfWork.run(
            () =>
              subject()
                .repository(Ticket)
                .update(id, (same) => same.take('first')),
            { mode: 'new' },
          );
        ticket.take('second');
      });
      assert.equal(runs, 2);
      assert.deepEqual((await tickets.load(id)).takenBy, ['first', 'second']);
    });
  });
}

function hotAggregates({ describe, it }: ContractRunner, subject: Subject, commands: number): void {
  describe('many commands on one aggregate', () => {
    it('are decided in the order of their coming, each on what the one before decided', async () => {
      const { tickets, id } = await opened(subject, commands);
      const left = await Promise.all(names(commands).map((name) => tickets.update(id, (ticket) => ticket.take(name))));
      assert.deepEqual(
        left,
        Array.from({ length: commands }, (_, index) => commands - 1 - index),
      );
      assert.deepEqual((await subject().repository(Ticket).load(id)).takenBy, names(commands));
    });

    it('end as they would one after the other, also where most are rejected', async () => {
      const { tickets, id } = await opened(subject, 10);
      const outcomes = await Promise.allSettled(names(commands).map((name) => tickets.update(id, (ticket) => ticket.take(name))));
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        names(commands).map((_, index) => (index < 10 ? 'fulfilled' : 'rejected')),
      );
      assert.deepEqual((await subject().repository(Ticket).load(id)).takenBy, names(10));
    });

    it('all end when some of them cannot commit', async () => {
      const { store, unitOfWork } = subject();
      const { tickets, id } = await opened(subject, commands);
      const used = { id: uuidv7(), type: 'ticket.taken', schemaVersion: 1, data: { by: 'x' } };
      await store.append(streamName('other', uuidv7()), [used], { expectedVersion: 'any' });
      const poisoned = (index: number): boolean => index % 25 === 7;
      const outcomes = await Promise.allSettled(
        names(commands).map((name, index) =>
          unitOfWork.run(async () => {
            await tickets.update(id, (ticket) => ticket.take(name));
            if (poisoned(index)) await store.append(streamName('other', uuidv7()), [used], { expectedVersion: 'any' });
          }),
        ),
      );
      outcomes.forEach((outcome, index) => assert.equal(outcome.status, poisoned(index) ? 'rejected' : 'fulfilled', `command ${index}`));
      const { takenBy } = await subject().repository(Ticket).load(id);
      assert.deepEqual(new Set(takenBy), new Set(names(commands).filter((_, index) => !poisoned(index))));
      assert.equal(takenBy.length, new Set(takenBy).size);
    });

    it('all end when two processes work on it', async () => {
      const { tickets, id } = await opened(subject, 60);
      const repositories = [tickets, subject().repository(Ticket)];
      await Promise.all(
        names(60).map((name, index) => (repositories[index % 2] as (typeof repositories)[0]).update(id, (ticket) => ticket.take(name))),
      );
      assert.deepEqual(new Set((await tickets.load(id)).takenBy), new Set(names(60)));
    });

    it('of which one throws after applying do not see what it applied', async () => {
      const { tickets, id } = await opened(subject, 100);
      const outcomes = await Promise.allSettled(
        names(60).map((name, index) =>
          tickets.update(id, (ticket) => {
            ticket.take(name);
            if (index % 6 === 1) throw new Rejection('no', 'no');
          }),
        ),
      );
      assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 10);
      assert.deepEqual(
        (await tickets.load(id)).takenBy,
        names(60).filter((_, index) => index % 6 !== 1),
      );
    });

    it('in units that touch several, in any order, do not wait for one another', async () => {
      const { tickets, id } = await opened(subject, 100);
      const other = uuidv7();
      await tickets.create(other, (ticket) => ticket.open(100));
      const takeBoth = (ids: readonly string[], name: string) =>
        subject().unitOfWork.run(
          async () => {
            for (const one of ids) await tickets.update(one, (ticket) => ticket.take(name));
          },
          { attempts: 50 },
        );
      await Promise.all(names(10).map((name, index) => takeBoth(index % 2 ? [id, other] : [other, id], name)));
      assert.deepEqual([(await tickets.load(id)).seatsLeft, (await tickets.load(other)).seatsLeft], [90, 90]);
    });
  });
}

function confirming({ describe, it }: ContractRunner, subject: Subject): void {
  describe('a cached aggregate that somebody else changed', () => {
    const changedElsewhere = async (seats: number) => {
      const { tickets, id } = await opened(subject, seats);
      await tickets.update(id, (ticket) => ticket.take('first'));
      return { tickets, id, elsewhere: subject().repository(Ticket) };
    };

    it('is not the ground of a rejection', async () => {
      const { tickets, id, elsewhere } = await changedElsewhere(1);
      const append = { type: 'ticket.opened', schemaVersion: 1, data: { seats: 4 } };
      await rejectsSoldOut(tickets.update(id, (ticket) => ticket.take('second')));
      await subject().store.append(streamName('ticket', id), [append], { expectedVersion: 2 });
      assert.equal(await tickets.update(id, (ticket) => ticket.take('third')), 3);
      assert.equal(await elsewhere.update(id, (ticket) => ticket.take('fourth')), 2);
    });

    it('is not the ground of doing nothing', async () => {
      const { tickets, id, elsewhere } = await changedElsewhere(5);
      await elsewhere.update(id, (ticket) => ticket.take('second'));
      assert.equal(await tickets.update(id, (ticket) => ticket.seatsLeft), 3);
    });

    it('is not what a reader gets', async () => {
      const { tickets, id, elsewhere } = await changedElsewhere(5);
      await elsewhere.update(id, (ticket) => ticket.take('second'));
      assert.equal((await tickets.load(id)).seatsLeft, 3);
      await elsewhere.update(id, (ticket) => ticket.take('third'));
      assert.equal(await subject().unitOfWork.run(async () => (await tickets.load(id)).seatsLeft), 2);
    });

    it('is not found after it was deleted', async () => {
      const { tickets, id, elsewhere } = await changedElsewhere(5);
      await elsewhere.delete(id);
      await rejectsWith(
        'AGGREGATE_DELETED',
        tickets.update(id, (ticket) => ticket.seatsLeft),
      );
    });

    it('is decided on again by a decision that applies', async () => {
      const { tickets, id, elsewhere } = await changedElsewhere(5);
      await elsewhere.update(id, (ticket) => ticket.take('second'));
      assert.equal(await tickets.update(id, (ticket) => ticket.take('third')), 2);
      assert.deepEqual((await tickets.load(id)).takenBy, ['first', 'second', 'third']);
    });

    it('confirms also what a unit threw after it had applied', async () => {
      const { tickets, id, elsewhere } = await changedElsewhere(5);
      await elsewhere.update(id, (ticket) => ticket.take('second'));
      const seen: number[] = [];
      const failing = subject().unitOfWork.run(async () => {
        const left = await tickets.update(id, (ticket) => ticket.take('third'));
        seen.push(left);
        throw new Rejection('left', String(left));
      });
      await assert.rejects(failing, { message: '2' });
      assert.deepEqual(seen, [3, 2]);
    });
  });
}

async function rejectsSoldOut(promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, { code: 'ticket.sold-out' });
}
