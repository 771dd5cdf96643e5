import { Command, Event } from '@minos/common';
import { CommandHandler, EventsHandler, type ICommandHandler, type IEventHandler, Rejection } from '@minos/cqrs';
import { Aggregate, type AggregateRepository, AggregateRoot, On } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { type Answer, AnswerHandler, Consumer, type IAnswerHandler, Messages } from '@minos/messaging';
import { MinosModule } from '@minos/nest';
import { Module } from '@nestjs/common';

@Event('sale.paid')
export class SalePaid {
  constructor(
    readonly saleId: string,
    readonly address: string,
  ) {}
}
@Event('sale.shipped')
export class SaleShipped {
  constructor(readonly parcel: string) {}
}
@Event('sale.stuck')
export class SaleStuck {
  constructor(readonly reason: string) {}
}

@Command('parcel.send', { owner: 'depot', key: 'saleId' })
export class SendParcel extends Command<{ parcel: string }, 'address.unknown'> {
  constructor(
    readonly saleId: string,
    readonly address: string,
  ) {
    super();
  }
}

@Aggregate('sale')
export class Sale extends AggregateRoot {
  status = 'new';

  constructor(readonly id: string) {
    super();
  }

  pay(address: string): void {
    this.apply(new SalePaid(this.id, address));
  }
  ship(parcel: string): void {
    if (this.status === 'paid') this.apply(new SaleShipped(parcel));
  }
  stop(reason: string): void {
    if (this.status === 'paid') this.apply(new SaleStuck(reason));
  }
  @On(SalePaid) protected paid(): void {
    this.status = 'paid';
  }
  @On(SaleShipped) protected shipped({ parcel }: SaleShipped): void {
    this.status = `shipped as ${parcel}`;
  }
  @On(SaleStuck) protected stuck({ reason }: SaleStuck): void {
    this.status = `stuck: ${reason}`;
  }
}

// #region event
/** Has the depot send what was paid for. */
@EventsHandler(SalePaid)
@Consumer('sales.parcels')
export class ParcelSender implements IEventHandler<SalePaid> {
  constructor(private readonly messages: Messages) {}

  async handle({ saleId, address }: SalePaid): Promise<void> {
    await this.messages.send(new SendParcel(saleId, address));
  }
}
// #endregion

// #region answer
/** Moves a sale by what became of its parcel. */
@AnswerHandler(SendParcel)
export class ParcelSentHandler implements IAnswerHandler<SendParcel> {
  constructor(@InjectAggregateRepository(Sale) private readonly sales: AggregateRepository<Sale>) {}

  async handle(answer: Answer<SendParcel>): Promise<void> {
    // The key of the command: the id of the sale.
    await this.sales.update(answer.key, (sale) => {
      if ('rejection' in answer) sale.stop(answer.rejection.code);
      else sale.ship(answer.result.parcel);
    });
  }
}
// #endregion

// #region module
@Module({
  imports: [MinosModule.forRoot({ service: 'sales' }), MinosModule.forFeature({ aggregates: [Sale], messages: [SendParcel] })],
  providers: [ParcelSender, ParcelSentHandler],
})
export class SalesModule {}
// #endregion

@CommandHandler(SendParcel)
export class SendParcelHandler implements ICommandHandler<SendParcel> {
  async execute({ saleId, address }: SendParcel): Promise<{ parcel: string }> {
    if (address === '') throw new Rejection('address.unknown', `Where to, with ${saleId}?`);
    return { parcel: `P-${saleId}` };
  }
}

@Module({ imports: [MinosModule.forRoot({ service: 'depot' })], providers: [SendParcelHandler] })
export class DepotModule {}
