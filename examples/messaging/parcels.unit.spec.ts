import type { AggregateRepository } from '@minos/event-sourcing';
import { getAggregateRepositoryToken } from '@minos/event-sourcing/module';
import { createTestingSystem, type TestingSystem } from '@minos/nest/testing';
import { DepotModule, Sale, SalesModule } from './parcels.js';

describe('the parcels of the guide', () => {
  let system: TestingSystem<'sales' | 'depot'>;
  let sales: AggregateRepository<Sale>;

  beforeAll(async () => {
    system = await createTestingSystem({ sales: SalesModule, depot: DepotModule });
    sales = system.apps.sales.get(getAggregateRepositoryToken(Sale));
  });
  afterAll(() => system.close());

  it.each([
    ['1', 'Elm Street', 'shipped as P-1'],
    ['2', '', 'stuck: address.unknown'],
  ])('sale %s to "%s" is %s', async (id, address, status) => {
    await sales.create(id, (sale) => sale.pay(address));
    await system.settled();
    expect((await sales.load(id)).status).toBe(status);
  });
});
