import { Rejection, UNIT_OF_WORK, type Unit, type UnitOfWork } from '@minos/common';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import type { AggregateRepository } from '@minos/event-sourcing';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { ReserveStock, type StockReservation } from '@shop/contracts';
import { Product } from '../domain/product.aggregate.js';
import { quantitiesOf, refuseInvalidLines } from '../domain/quantities.js';
import { Reservation } from '../domain/reservation.aggregate.js';
import { isSku } from '../domain/sku.js';
import { StockTurns } from './stock-turns.js';

// #region handler
@CommandHandler(ReserveStock)
export class ReserveStockHandler implements ICommandHandler<ReserveStock> {
  constructor(
    @InjectAggregateRepository(Reservation) private readonly reservations: AggregateRepository<Reservation>,
    @InjectAggregateRepository(Product) private readonly products: AggregateRepository<Product>,
    @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
    private readonly turns: StockTurns,
  ) {}

  execute(command: ReserveStock): Promise<StockReservation> {
    return this.unitOfWork.run(async (unit) => {
      const known = await this.reservations.find(command.orderId);
      return known === undefined ? this.reserve(unit, command) : known.answer();
    });
  }

  /** Nothing is recorded before every line was found to fit, so that a refusal leaves nothing in a unit that others go on with. */
  private async reserve(unit: Unit, { orderId, lines }: ReserveStock): Promise<StockReservation> {
    refuseInvalidLines(lines);
    const quantities = quantitiesOf(lines);
    await this.turns.take(unit, quantities.keys());
    const products = await Promise.all([...quantities.keys()].map((sku) => this.existing(sku)));
    for (const product of products) product.refuseUnlessAvailable(quantities.get(product.sku) ?? 0);
    const prices = new Map<string, number>();
    for (const [sku, quantity] of quantities)
      prices.set(sku, await this.products.update(sku, (product) => product.reserve(orderId, quantity)));
    return this.reservations.create(orderId, (reservation) =>
      reservation.make(lines.map(({ sku, quantity }) => ({ sku, quantity, price: prices.get(sku) as number }))),
    );
  }

  private async existing(sku: string): Promise<Product> {
    const product = isSku(sku) ? await this.products.find(sku) : undefined;
    if (product === undefined) throw new Rejection('product.unknown', `There is no product "${sku}".`, { sku });
    return product;
  }
}
// #endregion
