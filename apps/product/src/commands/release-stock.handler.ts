import { UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import type { AggregateRepository } from '@minos/event-sourcing';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { ReleaseStock } from '@shop/contracts';
import { Product } from '../domain/product.aggregate.js';
import { quantitiesOf } from '../domain/quantities.js';
import { Reservation } from '../domain/reservation.aggregate.js';
import { StockTurns } from './stock-turns.js';

@CommandHandler(ReleaseStock)
export class ReleaseStockHandler implements ICommandHandler<ReleaseStock> {
  constructor(
    @InjectAggregateRepository(Reservation) private readonly reservations: AggregateRepository<Reservation>,
    @InjectAggregateRepository(Product) private readonly products: AggregateRepository<Product>,
    @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
    private readonly turns: StockTurns,
  ) {}

  execute({ orderId }: ReleaseStock): Promise<void> {
    return this.unitOfWork.run(async (unit) => {
      const known = await this.reservations.find(orderId);
      // Where there is none the release itself is the first event, and the reservation that comes late finds it.
      const lines = await this.reservations[known === undefined ? 'create' : 'update'](orderId, (reservation) => reservation.release());
      const quantities = quantitiesOf(lines);
      await this.turns.take(unit, quantities.keys());
      // All at once: the unit keeps what it has loaded.
      await Promise.all([...quantities.keys()].map((sku) => this.products.load(sku)));
      for (const [sku, quantity] of quantities) await this.products.update(sku, (product) => product.release(orderId, quantity));
    });
  }
}
