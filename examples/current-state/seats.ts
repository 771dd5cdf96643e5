import { Event } from '@minos/common';
import { AggregateQueries, type AggregateRow, conditions, InjectAggregateQueries, type Page, Queryable } from '@minos/cqrs';
import { Aggregate, AggregateRoot, On } from '@minos/event-sourcing';
import { MinosModule } from '@minos/nest';
import { Injectable, Module } from '@nestjs/common';

@Event('show.announced')
export class ShowAnnounced {
  constructor(
    readonly title: string,
    readonly town: string,
    readonly seats: number,
  ) {}
}
@Event('show.seat-sold')
export class SeatSold {
  constructor(readonly buyer: string) {}
}

// #region aggregate
export interface ShowState {
  readonly title: string;
  readonly town: string;
  readonly free: number;
  readonly buyers: readonly string[];
}

@Queryable<Show>({ indexes: [['town', 'free']] })
@Aggregate('show')
export class Show extends AggregateRoot {
  private title = '';
  private town = '';
  private seats = 0;
  private buyers: readonly string[] = [];

  announce(title: string, town: string, seats: number): void {
    this.apply(new ShowAnnounced(title, town, seats));
  }

  sell(buyer: string): void {
    if (this.buyers.length >= this.seats) throw new Error(`${this.title} is sold out.`);
    this.apply(new SeatSold(buyer));
  }

  /** What queries see. */
  toJSON(): ShowState {
    const { title, town, seats, buyers } = this;
    return { title, town, free: seats - buyers.length, buyers };
  }

  @On(ShowAnnounced) protected announced({ title, town, seats }: ShowAnnounced): void {
    Object.assign(this, { title, town, seats });
  }

  @On(SeatSold) protected sold({ buyer }: SeatSold): void {
    this.buyers = [...this.buyers, buyer];
  }
}
// #endregion

// #region queries
const where = conditions<AggregateRow<Show>>();

@Injectable()
export class BoxOffice {
  constructor(@InjectAggregateQueries(Show) private readonly shows: AggregateQueries<Show>) {}

  /** Those with the most free seats first; `after` is the `next` of the page before. */
  freeIn(town: string, after?: string): Promise<Page<AggregateRow<Show>>> {
    return this.shows.find(where.and(where.eq('town', town), where.gt('free', 0)), {
      orderBy: [where.desc('free')],
      limit: 20,
      ...(after === undefined ? {} : { after }),
    });
  }

  /** As new as the command was whose token this is. */
  show(id: string, atLeast?: string): Promise<AggregateRow<Show> | undefined> {
    return this.shows.get(id, { atLeast });
  }

  boughtBy(buyer: string): Promise<number> {
    return this.shows.count(where.contains('buyers', buyer));
  }
}
// #endregion

// #region module
@Module({
  imports: [MinosModule.forRoot({ service: 'tickets' }), MinosModule.forFeature({ aggregates: [Show] })],
  providers: [BoxOffice],
})
export class TicketsModule {}
// #endregion
