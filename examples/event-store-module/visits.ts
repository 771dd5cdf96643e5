// #region visits
import { Event } from '@minos/common';
import { Aggregate, AggregateRoot, EVENT_STORE, On, streamName } from '@minos/event-sourcing';
import type { AggregateRepository, EventStore } from '@minos/event-sourcing';
import { EventSourcingModule, InjectAggregateRepository } from '@minos/event-sourcing/module';
import { Inject, Injectable, Module } from '@nestjs/common';

@Event('visit.counted', { version: 1 })
export class VisitCounted {
  constructor(readonly page: string) {}
}

@Aggregate('visits')
export class Visits extends AggregateRoot {
  count = 0;

  visit(page: string): void {
    this.apply(new VisitCounted(page));
  }

  @On(VisitCounted) protected counted(): void {
    this.count++;
  }
}

@Injectable()
export class VisitService {
  constructor(
    @InjectAggregateRepository(Visits) private readonly visits: AggregateRepository<Visits>,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  async count(day: string, page: string): Promise<number> {
    const known = await this.visits.find(day);
    const visit = (visits: Visits): number => {
      visits.visit(page);
      return visits.count;
    };
    return known ? this.visits.update(day, visit) : this.visits.create(day, visit);
  }

  async pages(day: string): Promise<unknown[]> {
    const events = await this.store.read(streamName('visits', day));
    return events.map(({ data }) => data.page);
  }
}

@Module({
  imports: [EventSourcingModule.forFeature({ aggregates: [Visits] })],
  providers: [VisitService],
  exports: [VisitService],
})
export class VisitsModule {}
// #endregion
