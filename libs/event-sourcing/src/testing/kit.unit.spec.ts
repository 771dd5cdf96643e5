import { AssertionError } from 'node:assert';
import { Event } from '@minos/common';
import { Aggregate } from '../aggregate/aggregate.decorator.js';
import { AggregateRoot } from '../aggregate/aggregate-root.js';
import type { AggregateRepository } from '../repository/aggregate-repository.js';
import { SeatTaken, Ticket, TicketOpened } from './fixtures/ticket.js';
import { createScenario } from './scenario.js';
import { testAggregate } from './test-aggregate.js';

describe('testAggregate', () => {
  const opened = testAggregate(Ticket).given(new TicketOpened(1));

  it('compares recorded events', () => {
    opened.when((ticket) => ticket.take('ann')).then(new SeatTaken('ann'));
    opened.when((ticket) => ticket.take('ann')).thenReturned(0);
    opened.when((ticket) => ticket.seatsLeft).thenNothing();
    opened.when((ticket) => ticket.take('ann')).thenState((ticket) => expect(ticket.takenBy).toEqual(['ann']));
  });

  it('recognises a rejection by its code', () => {
    opened
      .given(new SeatTaken('ann'))
      .when((ticket) => ticket.take('bob'))
      .thenRejected('ticket.sold-out');
    expect(() => opened.when((ticket) => ticket.take('bob')).thenRejected('ticket.sold-out')).toThrow(
      /expected, but the command was accepted/,
    );
    expect(() =>
      opened
        .given(new SeatTaken('ann'))
        .when((ticket) => ticket.take('bob'))
        .thenRejected('other'),
    ).toThrow(/threw Rejection/);
  });

  it('fails with a diff', () => {
    const failure = caught(() => opened.when((ticket) => ticket.take('ann')).then(new SeatTaken('bob'))) as AssertionError;
    expect(failure).toBeInstanceOf(AssertionError);
    expect(failure).toMatchObject({ actual: [{ data: { by: 'ann' } }], expected: [{ data: { by: 'bob' } }], generatedMessage: false });
    expect(failure.message).toBe('The recorded events are not the expected ones.');
  });

  it('throws what the command threw where it should have been accepted', () => {
    expect(() =>
      opened
        .given(new SeatTaken('ann'))
        .when((ticket) => ticket.take('bob'))
        .thenNothing(),
    ).toThrow(/No seat is left/);
  });

  it('awaits asynchronous commands', async () => {
    await opened.when(async (ticket) => ticket.take('ann')).then(new SeatTaken('ann'));
    await expect(opened.when(async (ticket) => ticket.take('ann')).thenNothing()).rejects.toThrow(/1 event instead of 0/);
  });

  it('finds state that is changed outside of handlers', () => {
    expect(() =>
      testAggregate(Leaky)
        .when((leaky) => leaky.touch())
        .then(new Touched()),
    ).toThrow(/A replay of the events gives another state/);
  });

  it('says what to write to who awaits the outcome', async () => {
    const awaited = Promise.resolve(opened.when((ticket) => ticket.seatsLeft) as unknown);
    await expect(awaited).rejects.toThrow(/Say what is expected/);
  });
});

describe('createScenario', () => {
  class TakeSeatHandler {
    constructor(private readonly tickets: AggregateRepository<Ticket>) {}

    execute(id: string, by: string): Promise<number> {
      return this.tickets.update(id, (ticket) => ticket.take(by));
    }
  }

  it('tests a handler against what happened before', async () => {
    const scenario = createScenario();
    const handler = new TakeSeatHandler(scenario.repository(Ticket));
    const given = scenario.at('2026-05-01T12:00:00Z').given(Ticket, '1', new TicketOpened(2));
    const outcome = given.when(() => handler.execute('1', 'ann'));
    await outcome.then(new SeatTaken('ann'));
    await outcome.thenReturned(1);
    await scenario.when(() => handler.execute('1', 'bob')).then(new SeatTaken('bob'));
    await scenario.when(() => handler.execute('1', 'cyd')).thenRejected('ticket.sold-out');
    await scenario.when(() => handler.execute('2', 'cyd')).thenRejected('AGGREGATE_NOT_FOUND');
    await scenario.when(() => undefined).thenNothing();
    const [first] = await scenario.parts.store.read(`ticket-1` as never);
    expect(first?.recordedAt).toEqual(new Date('2026-05-01T12:00:00Z'));
  });

  it('fails where something else was committed', async () => {
    const scenario = createScenario();
    const handler = new TakeSeatHandler(scenario.repository(Ticket));
    const outcome = scenario.given(Ticket, '1', new TicketOpened(2)).when(() => handler.execute('1', 'ann'));
    await expect(outcome.thenNothing()).rejects.toThrow(/1 event instead of 0/);
    await expect(outcome.thenRejected('ticket.sold-out')).rejects.toThrow(/was accepted/);
  });
});

@Event('leaky.touched')
class Touched {}

@Aggregate('leaky')
class Leaky extends AggregateRoot {
  private touches = 0;

  touch(): void {
    this.touches++;
    this.apply(new Touched());
  }
}

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
