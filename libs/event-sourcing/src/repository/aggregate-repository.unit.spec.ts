import { uuidv7 } from '@minos/common';
import { createMemoryEventSourcing } from '../memory/memory-event-sourcing.js';
import { aggregateRepositoryContract } from '../testing/aggregate-repository.contract.js';
import { Ticket } from '../testing/fixtures/ticket.js';

describe('AggregateRepository in memory', () => {
  aggregateRepositoryContract(async () => createMemoryEventSourcing());

  it('lets an effect of a pinned unit go on with the aggregate that the unit changed', async () => {
    const { repository, unitOfWork } = createMemoryEventSourcing();
    const tickets = repository(Ticket, { placeTimeoutMs: 60_000 });
    const id = uuidv7();
    await tickets.create(id, (ticket) => ticket.open(3));
    await unitOfWork.run(async (unit) => {
      unit.onCommitted(() => tickets.update(id, (ticket) => void ticket.take('the effect')));
      await unit.pin();
      await tickets.update(id, (ticket) => void ticket.take('the work'));
    });
    expect((await tickets.load(id)).takenBy).toEqual(['the work', 'the effect']);
  });
});
