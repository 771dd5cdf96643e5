import { Event, MessageRegistry } from '@minos/common';
import { createMemoryEventSourcing, streamName, streamOf, Upcasters } from '@minos/event-sourcing';
import { createScenario, testAggregate } from '@minos/event-sourcing/testing';
import type { AggregateRepository } from '@minos/event-sourcing';
import { Basket, LineAdded, LineCounted } from './basket.js';
import { Sale, SaleOpened, SeatSold } from './ticket-sale.js';
import { upcasters } from './upcasters.js';

describe('the examples of the event-sourcing page', () => {
  it('stores and loads', async () => {
    // #region repository
    const { repository } = createMemoryEventSourcing();
    const sales = repository(Sale);

    await sales.create('gala', (sale) => sale.open(2));
    const seat = await sales.update('gala', (sale) => sale.sell('ann'));
    const { version } = streamOf(await sales.load('gala'));
    // #endregion
    expect([seat, version]).toEqual([1, 2]);
  });

  it('commits several things at once', async () => {
    const { repository, unitOfWork } = createMemoryEventSourcing();
    const sales = repository(Sale);
    await sales.create('gala', (sale) => sale.open(2));
    await sales.create('matinee', (sale) => sale.open(2));
    // #region unit
    await unitOfWork.run(async () => {
      await sales.update('gala', (sale) => sale.sell('ann'));
      await sales.update('matinee', (sale) => sale.sell('ann'));
    });
    // #endregion
    expect(streamOf(await sales.load('matinee')).version).toBe(2);
  });

  it('tests an aggregate', () => {
    // #region test-aggregate
    const sale = testAggregate(Sale).given(new SaleOpened(1));

    sale.when((one) => one.sell('ann')).then(new SeatSold(1, 'ann'));
    sale
      .given(new SeatSold(1, 'ann'))
      .when((one) => one.sell('bob'))
      .thenRejected('sale.sold-out');
    // #endregion
  });

  it('tests a handler', async () => {
    class SellSeatHandler {
      constructor(private readonly sales: AggregateRepository<Sale>) {}
      execute({ saleId, buyer }: { saleId: string; buyer: string }): Promise<number> {
        return this.sales.update(saleId, (sale) => sale.sell(buyer));
      }
    }
    // #region scenario
    const scenario = createScenario();
    const handler = new SellSeatHandler(scenario.repository(Sale));

    await scenario
      .given(Sale, 'gala', new SaleOpened(1))
      .at('2026-05-01T12:00:00Z')
      .when(() => handler.execute({ saleId: 'gala', buyer: 'ann' }))
      .then(new SeatSold(1, 'ann'));
    // #endregion
  });

  it('has child entities', () => {
    const basket = testAggregate(Basket).given(new LineAdded('tea'));
    const outcome = basket.when((one) => one.line('tea')?.count(3));
    outcome.then(new LineCounted('tea', 3));
    outcome.thenState((one) => expect(one.line('tea')?.quantity).toBe(3));
  });

  it('reads old shapes', async () => {
    @Event('sale.seat-sold', { version: 2 })
    class SeatSoldNow {
      constructor(
        readonly seat: number,
        readonly buyer: string,
      ) {}
    }
    const registry = new MessageRegistry().register(SaleOpened, SeatSoldNow);
    const chain = new Upcasters(upcasters);
    chain.connect(registry);
    const { store } = createMemoryEventSourcing({ registry, upcasters: chain });
    const stream = streamName('sale', '1');
    await store.append(stream, [{ type: 'sale.started-with-first', schemaVersion: 1, data: { seats: 3, buyer: 'ann' } }], {
      expectedVersion: 'any',
    });
    const [stored] = await store.read(stream);
    expect(stored && chain.upcast(stored).map(({ type, data }) => [type, data])).toEqual([
      ['sale.opened', { seats: 3 }],
      ['sale.seat-sold', { seat: 1, buyer: 'ann' }],
    ]);
  });
});
