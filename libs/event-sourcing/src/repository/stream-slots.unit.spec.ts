import { VirtualClock } from '@minos/common/testing';
import { createMemoryEventSourcing } from '../memory/memory-event-sourcing.js';
import { Ticket } from '../testing/fixtures/ticket.js';

function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

describe('the queue of an aggregate', () => {
  it('passes by a unit that hangs, whose outcome the versions then decide', async () => {
    const clock = new VirtualClock();
    const { repository, store } = createMemoryEventSourcing();
    const tickets = repository(Ticket, { clock, placeTimeoutMs: 1000 });
    await tickets.create('1', (ticket) => ticket.open(5));
    const hanging = deferred();
    let runs = 0;
    const slow = tickets.update('1', async (ticket) => {
      if (++runs === 1) await hanging.promise;
      return ticket.take('slow');
    });
    const waiting = tickets.update('1', (ticket) => ticket.take('waiting'));
    await clock.advance(999);
    expect((await store.state('ticket-1' as never)).version).toBe(1);
    await clock.advance(1);
    expect(await waiting).toBe(4);
    hanging.resolve();
    expect([await slow, runs]).toEqual([3, 2]);
    expect((await tickets.load('1')).takenBy).toEqual(['waiting', 'slow']);
  });

  it('does not hang where a unit waits for another that needs the same aggregate', async () => {
    const clock = new VirtualClock();
    const { repository, unitOfWork } = createMemoryEventSourcing();
    const tickets = repository(Ticket, { clock, placeTimeoutMs: 1000 });
    await tickets.create('1', (ticket) => ticket.open(5));
    const outer = tickets.update('1', async (ticket) => {
      if (ticket.seatsLeft === 5) await unitOfWork.run(() => tickets.update('1', (same) => same.take('inner')), { mode: 'new' });
      return ticket.take('outer');
    });
    await clock.advance(1000);
    expect(await outer).toBe(3);
  });

  it('keeps the order of a create that comes behind the first one, a decision that threw, and before a delete', async () => {
    for (let round = 0; round < 50; round++) {
      const tickets = createMemoryEventSourcing().repository(Ticket);
      const create = () => tickets.create('1', (ticket) => ticket.open(3));
      const threw = () =>
        tickets.update('1', (ticket) => {
          ticket.take('me');
          throw new Error('after applying');
        });
      const ended = await Promise.allSettled([create(), threw(), create(), tickets.delete('1')]);
      expect(ended.map((one) => (one.status === 'rejected' ? ((one.reason as { code?: string }).code ?? 'threw') : 'done'))).toEqual([
        'done',
        'threw',
        'AGGREGATE_ALREADY_EXISTS',
        'done',
      ]);
    }
  });

  it('decides again where an error comes of two aggregates that were read at different times', async () => {
    const { repository, unitOfWork } = createMemoryEventSourcing();
    const [here, there] = [repository(Ticket), repository(Ticket)];
    await here.create('a', (ticket) => ticket.open(5));
    await here.create('b', (ticket) => ticket.open(1));
    const both = async (): Promise<void> => {
      for (const id of ['a', 'b']) await here.update(id, (ticket) => ticket.take('somebody'));
    };
    let tries = 0;
    const left = await unitOfWork.run(async () => {
      const seats = await there.update('a', (ticket) => ticket.seatsLeft);
      if (++tries === 1) await unitOfWork.run(both, { mode: 'new' });
      return there.update('b', (ticket) => {
        if (ticket.seatsLeft !== seats - 4) throw new Error(`${seats} and ${ticket.seatsLeft} never were at one time`);
        return ticket.seatsLeft;
      });
    });
    expect([left, tries]).toEqual([0, 2]);
  });

  it("hands a pinned unit's state on when it has committed", async () => {
    const { repository, unitOfWork } = createMemoryEventSourcing();
    const tickets = repository(Ticket);
    await tickets.create('1', (ticket) => ticket.open(50));
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        unitOfWork.run(async (unit) => {
          if (index % 3 === 0) await unit.pin();
          await tickets.update('1', (ticket) => ticket.take(`p${index}`));
          if (index % 3 === 1) await unit.flush();
        }),
      ),
    );
    expect((await repository(Ticket).load('1')).takenBy).toHaveLength(20);
  });

  it('lets a unit that gave up waiting go without stopping those behind it', async () => {
    const { repository, unitOfWork } = createMemoryEventSourcing();
    const tickets = repository(Ticket);
    await tickets.create('1', (ticket) => ticket.open(5));
    const hanging = deferred();
    const first = tickets.update('1', async (ticket) => (await hanging.promise, ticket.take('first')));
    const unawaited: Promise<unknown>[] = [];
    await unitOfWork.run(() => {
      unawaited.push(tickets.update('1', (ticket) => ticket.take('late')));
    });
    const last = tickets.update('1', (ticket) => ticket.take('last'));
    hanging.resolve();
    await expect(unawaited[0]).rejects.toMatchObject({ code: 'UNIT_ENDED' });
    expect([await first, await last]).toEqual([4, 3]);
  });
});

describe('the cache of aggregates', () => {
  async function watched(cacheSize: number) {
    const parts = createMemoryEventSourcing();
    const tickets = parts.repository(Ticket, { cacheSize });
    const reads = jest.spyOn(parts.store, 'read');
    for (const id of ['1', '2', '3']) await tickets.create(id, (ticket) => ticket.open(5));
    const readsFor = async (id: string): Promise<number> => {
      reads.mockClear();
      await tickets.update(id, (ticket) => ticket.take('ann'));
      return reads.mock.calls.length;
    };
    return { tickets, readsFor };
  }

  it('keeps the last used ones, up to its size', async () => {
    const { tickets, readsFor } = await watched(2);
    expect(tickets.memory()).toEqual({ used: 0, cached: 2 });
    expect([await readsFor('2'), await readsFor('1'), await readsFor('2'), await readsFor('3')]).toEqual([0, 1, 0, 1]);
  });

  it('can be turned off', async () => {
    const { tickets, readsFor } = await watched(0);
    expect([tickets.memory(), await readsFor('1'), await readsFor('1')]).toEqual([{ used: 0, cached: 0 }, 1, 1]);
  });

  it('keeps nothing of an instance whose state is not the fold of its stream', async () => {
    const { tickets, readsFor } = await watched(9);
    await tickets.update('1', (ticket) => {
      ticket.take('never');
      ticket.uncommit();
    });
    expect(await readsFor('1')).toBe(1);
    expect((await tickets.load('1')).takenBy).toEqual(['ann']);
  });
});
