import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProjectionContext } from '../projection/projection-context.js';
import { Projection, When } from '../projection/projection.decorator.js';
import { ParcelRow, ParcelSent, ParcelWeighed, TownRow } from '../projection/projection-kit.js';
import { sqlOf } from '../projection/sql-of.js';
import { entityManagerOf } from './entity-manager-of.js';

@Entity('parcel_report')
export class ParcelReport {
  @PrimaryColumn('text') id!: string;
  @Column('text') town!: string;
  @Column('int') times!: number;
}

/** Each event in the order in which it was projected. */
export const CREATE_LOG = 'create table parcel_log (line bigserial primary key, id text not null, version int not null)';

const idOf = ({ recorded }: ProjectionContext): string => recorded.stream.slice('parcel-'.length);

/** Writes by view, by EntityManager and by SQL; none of it may be repeated. */
@Projection('parcel-report', { version: 1, views: [ParcelRow, TownRow], tables: ['parcel_report', 'parcel_log'], batchSize: 10 })
export class ParcelReports {
  /** The address at which it throws, behind its writes. */
  refused: string | undefined;

  @When(ParcelSent)
  async sent({ to, weight }: ParcelSent, context: ProjectionContext): Promise<void> {
    const id = idOf(context);
    context.view(ParcelRow).upsert({ id, to, weight });
    await entityManagerOf(context).insert(ParcelReport, { id, town: to, times: 1 });
    await this.log(context);
    const towns = context.view(TownRow);
    towns.upsert({ town: to, parcels: ((await towns.get(to))?.parcels ?? 0) + 1 });
    if (to === this.refused) throw new Error(`nobody lives in ${to}`);
  }

  @When(ParcelWeighed)
  async weighed({ weight }: ParcelWeighed, context: ProjectionContext): Promise<void> {
    const id = idOf(context);
    context.view(ParcelRow).patch(id, { weight });
    await entityManagerOf(context).increment(ParcelReport, { id }, 'times', 1);
    await this.log(context);
  }

  protected async log(context: ProjectionContext): Promise<void> {
    await sqlOf(context).query('insert into parcel_log (id, version) values ($1, $2)', [idOf(context), context.recorded.version]);
  }
}
