import { Rejection, UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import type { AggregateRepository } from '@minos/event-sourcing';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { SellStock } from '@shop/contracts';
import { Product } from '../domain/product.aggregate.js';
import { quantitiesOf } from '../domain/quantities.js';
import { Reservation } from '../domain/reservation.aggregate.js';
import { StockTurns } from './stock-turns.js';

@CommandHandler(SellStock)
export class SellStockHandler implements ICommandHandler<SellStock> {
  constructor(
    @InjectAggregateRepository(Reservation) private readonly reservations: AggregateRepository<Reservation>,
    @InjectAggregateRepository(Product) private readonly products: AggregateRepository<Product>,
    @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
    private readonly turns: StockTurns,
  ) {}

  execute({ orderId }: SellStock): Promise<void> {
    return this.unitOfWork.run(async (unit) => {
      if ((await this.reservations.find(orderId)) === undefined)
        throw new Rejection('reservation.unknown', `Nothing was reserved for order ${orderId}.`);
      const quantities = quantitiesOf(await this.reservations.update(orderId, (reservation) => reservation.sell()));
      await this.turns.take(unit, quantities.keys());
      // All at once: the unit keeps what it has loaded.
      await Promise.all([...quantities.keys()].map((sku) => this.products.load(sku)));
      for (const [sku, quantity] of quantities) await this.products.update(sku, (product) => product.sell(orderId, quantity));
    });
  }
}
