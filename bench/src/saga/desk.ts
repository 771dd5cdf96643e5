import { Event } from '@minos/common';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { Aggregate, type AggregateRepository, AggregateRoot, On } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { MinosModule } from '@minos/nest';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FEATURES, serviceOptions, type ServicePlace } from './service-options.js';
import { BANK, DeliverShares, PayShares, RefundShares, ReleaseShares, ReserveShares, STOCK } from './trade.js';

@Event('deal.noted')
class DealNoted {
  constructor(readonly what: string) {}
}

/** What a desk has done for a deal: one event for each command. */
@Aggregate('deal')
class Deal extends AggregateRoot {
  private readonly done = new Set<string>();

  note(what: string): void {
    if (!this.done.has(what)) this.apply(new DealNoted(what));
  }

  @On(DealNoted) protected noted({ what }: DealNoted): void {
    this.done.add(what);
  }
}

abstract class Noting {
  constructor(@InjectAggregateRepository(Deal) private readonly deals: AggregateRepository<Deal>) {}

  protected note(deal: string, what: string, isFirst: boolean): Promise<void> {
    const decide = (one: Deal): void => one.note(what);
    return isFirst ? this.deals.create(deal, decide) : this.deals.update(deal, decide);
  }
}

@CommandHandler(ReserveShares)
class ReserveSharesHandler extends Noting implements ICommandHandler<ReserveShares> {
  async execute({ deal, shares }: ReserveShares): Promise<{ price: number }> {
    await this.note(deal, 'reserved', true);
    return { price: 10 + (shares % 7) };
  }
}

@CommandHandler(DeliverShares)
class DeliverSharesHandler extends Noting implements ICommandHandler<DeliverShares> {
  async execute({ deal }: DeliverShares): Promise<void> {
    await this.note(deal, 'delivered', false);
  }
}

@CommandHandler(ReleaseShares)
class ReleaseSharesHandler extends Noting implements ICommandHandler<ReleaseShares> {
  async execute({ deal }: ReleaseShares): Promise<void> {
    await this.note(deal, 'released', false);
  }
}

@CommandHandler(PayShares)
class PaySharesHandler extends Noting implements ICommandHandler<PayShares> {
  async execute({ deal, amount }: PayShares): Promise<{ receipt: string }> {
    await this.note(deal, 'paid', true);
    return { receipt: `${deal}-${amount}` };
  }
}

@CommandHandler(RefundShares)
class RefundSharesHandler extends Noting implements ICommandHandler<RefundShares> {
  async execute({ deal }: RefundShares): Promise<void> {
    await this.note(deal, 'refunded', false);
  }
}

const HANDLERS = {
  [STOCK]: [ReserveSharesHandler, DeliverSharesHandler, ReleaseSharesHandler],
  [BANK]: [PaySharesHandler, RefundSharesHandler],
};

/** A service that does what sagas ask of it. */
export async function openDesk({ service, place }: { readonly service: typeof STOCK | typeof BANK; readonly place: ServicePlace }) {
  @Module({
    imports: [
      MinosModule.forRoot({ ...serviceOptions(service, place), features: FEATURES }),
      MinosModule.forFeature({ aggregates: [Deal] }),
    ],
    providers: HANDLERS[service],
  })
  class DeskModule {}
  const app = await NestFactory.createApplicationContext(DeskModule, { logger: ['error', 'warn'] });
  return { calls: {}, close: () => app.close() };
}
