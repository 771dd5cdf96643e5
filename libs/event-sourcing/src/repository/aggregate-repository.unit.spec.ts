import { createMemoryEventSourcing } from '../memory/memory-event-sourcing.js';
import { aggregateRepositoryContract } from '../testing/aggregate-repository.contract.js';

describe('AggregateRepository in memory', () => {
  aggregateRepositoryContract(async () => createMemoryEventSourcing());
});
