import { createMemoryEventSourcing } from '../memory/memory-event-sourcing.js';
import { Ticket } from '../testing/fixtures/ticket.js';
import { streamName } from '../stream/stream-name.js';

describe('AggregateRepository', () => {
  it('creates, updates, loads', async () => {
    const { repository, store } = createMemoryEventSourcing();
    const tickets = repository(Ticket);
    await tickets.create('1', (ticket) => ticket.open(3));
    expect(await tickets.update('1', (ticket) => ticket.take('ann'))).toBe(2);
    const events = await store.read(streamName('ticket', '1'));
    expect(events.map(({ type, version, data }) => [type, version, data])).toEqual([
      ['ticket.opened', 1, { seats: 3 }],
      ['ticket.taken', 2, { by: 'ann' }],
    ]);
    expect((await tickets.load('1')).seatsLeft).toBe(2);
  });

  it('decides 1,000 commands on one aggregate', async () => {
    const { repository, committer } = createMemoryEventSourcing();
    const commits = jest.spyOn(committer, 'commit');
    const tickets = repository(Ticket);
    await tickets.create('1', (ticket) => ticket.open(900));
    const start = performance.now();
    const outcomes = await Promise.allSettled(Array.from({ length: 1000 }, (_, i) => tickets.update('1', (t) => t.take(`p${i}`))));
    console.log(performance.now() - start, commits.mock.calls.length, tickets.memory());
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(900);
    expect((outcomes[950] as PromiseRejectedResult).reason).toMatchObject({ code: 'ticket.sold-out' });
    expect((await tickets.load('1')).takenBy).toEqual(Array.from({ length: 900 }, (_, i) => `p${i}`));
  });
});
