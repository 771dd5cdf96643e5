import { Event, UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { Aggregate, AggregateRoot, type AggregateRepository } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { Inject, Injectable } from '@nestjs/common';
import { conditions } from '../view/conditions.js';
import { View } from '../view/view.decorator.js';
import { type ViewReader, Views } from '../view/views.js';
import type { ProjectionContext } from './projection-context.js';
import { Projection, When } from './projection.decorator.js';

@Event('parcel.sent')
export class ParcelSent {
  constructor(
    readonly to: string,
    readonly weight: number,
  ) {}
}
@Event('parcel.weighed')
export class ParcelWeighed {
  constructor(readonly weight: number) {}
}
@Event('parcel.lost')
export class ParcelLost {}
/** Concerns no projection. */
@Event('parcel.scanned')
export class ParcelScanned {}

@Aggregate('parcel')
export class Parcel extends AggregateRoot {}

@View<ParcelRow>('parcels', { indexes: [['to', 'weight']] })
export class ParcelRow {
  readonly id!: string;
  readonly to!: string;
  readonly weight!: number;
}
@View<TownRow>('towns', { key: 'town' })
export class TownRow {
  readonly town!: string;
  readonly parcels!: number;
}

export const where = conditions<ParcelRow>();

const idOf = ({ recorded }: ProjectionContext): string => recorded.stream.slice('parcel-'.length);

@Projection('parcel-list', { version: 1, views: [ParcelRow, TownRow], batchSize: 10 })
export class ParcelList {
  /** The address at which it throws. */
  refused: string | undefined;

  @When(ParcelSent)
  async sent({ to, weight }: ParcelSent, context: ProjectionContext): Promise<void> {
    if (to === this.refused) throw new Error(`nobody lives in ${to}`);
    context.view(ParcelRow).upsert({ id: idOf(context), to, weight });
    const towns = context.view(TownRow);
    towns.upsert({ town: to, parcels: ((await towns.get(to))?.parcels ?? 0) + 1 });
  }

  @When(ParcelWeighed)
  weighed({ weight }: ParcelWeighed, context: ProjectionContext): void {
    context.view(ParcelRow).patch(idOf(context), { weight });
  }

  @When(ParcelLost)
  lost(_event: ParcelLost, context: ProjectionContext): void {
    context.view(ParcelRow).remove(idOf(context));
  }
}

/** Sends parcels, and reads the views as an application does. */
@Injectable()
export class Post {
  readonly parcels: ViewReader<ParcelRow>;
  readonly towns: ViewReader<TownRow>;

  constructor(
    views: Views,
    @InjectAggregateRepository(Parcel) private readonly repository: AggregateRepository<Parcel>,
    @Inject(UNIT_OF_WORK) readonly unitOfWork: UnitOfWork,
  ) {
    this.parcels = views.of(ParcelRow);
    this.towns = views.of(TownRow);
  }

  send(id: string, to: string, weight: number): Promise<void> {
    return this.repository.create(id, (parcel) => parcel.apply(new ParcelSent(to, weight)));
  }

  tell(id: string, event: object): Promise<void> {
    return this.repository.update(id, (parcel) => parcel.apply(event));
  }
}
