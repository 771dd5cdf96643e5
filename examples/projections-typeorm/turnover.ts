import { Event } from '@minos/common';
import { Projection, type ProjectionContext, sqlOf, View, When } from '@minos/cqrs';
import { entityManagerOf, ProjectionTypeOrmModule } from '@minos/cqrs/typeorm';
import { MinosModule } from '@minos/nest';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Event('invoice.paid')
export class InvoicePaid {
  constructor(
    readonly customer: string,
    readonly cents: number,
  ) {}
}

// #region projection
@Entity('customer_v1')
export class Customer {
  @PrimaryColumn('text') name!: string;
  @Column('int') invoices!: number;
}

@View<PaidRow>('paid', { indexes: [['customer']] })
export class PaidRow {
  readonly id!: string;
  readonly customer!: string;
}

@Projection('turnover', { version: 1, views: [PaidRow], tables: ['customer_v1', 'turnover_v1'] })
export class Turnover {
  @When(InvoicePaid)
  async paid({ customer, cents }: InvoicePaid, context: ProjectionContext): Promise<void> {
    const entities = entityManagerOf(context);
    const known = await entities.findOneBy(Customer, { name: customer });
    await entities.save(Customer, { name: customer, invoices: (known?.invoices ?? 0) + 1 });
    await sqlOf(context).query(
      `insert into turnover_v1 (day, cents) values ($1::date, $2)
       on conflict (day) do update set cents = turnover_v1.cents + excluded.cents`,
      [context.recorded.recordedAt, cents],
    );
    context.view(PaidRow).upsert({ id: context.recorded.stream, customer });
  }
}
// #endregion

/** By a migration of the application. */
export const TABLES = [
  'create table customer_v1 (name text primary key, invoices int not null)',
  'create table turnover_v1 (day date primary key, cents bigint not null)',
];

// #region module
@Module({})
export class BookkeepingModule {
  static on(url: string): DynamicModule {
    return {
      module: BookkeepingModule,
      imports: [
        TypeOrmModule.forRoot({ type: 'postgres', url, poolSize: 2, entities: [Customer] }),
        MinosModule.forRoot({ service: 'bookkeeping', database: { url } }),
        ProjectionTypeOrmModule.forRoot(),
        MinosModule.forFeature({ messages: [InvoicePaid] }),
      ],
      providers: [Turnover],
    };
  }
}
// #endregion
