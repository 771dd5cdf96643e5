import { Event, type Unit } from '@minos/common';
import { until } from '@minos/common/testing';
import { Projection, type ProjectionContext, View, When } from '@minos/cqrs';
import { Aggregate, AggregateRoot, type AggregateRepository } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { MinosModule } from '@minos/nest';
import { Controller, Injectable } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { emitPlain, InProcessCluster } from './plain-kafka.js';
import { minos, plainNest } from './scene.js';

const COUNT = 100;

@Event('reading.taken')
class ReadingTaken {
  constructor(readonly value: number) {}
}
@Aggregate('meter')
class Meter extends AggregateRoot {}
@View<ReadingRow>('readings')
class ReadingRow {
  readonly id!: string;
  readonly value!: number;
}
@Injectable()
class Meters {
  constructor(@InjectAggregateRepository(Meter) readonly repository: AggregateRepository<Meter>) {}
}

describe(`${COUNT} events that one handler keeps in a table`, () => {
  it('plain Nest: come one by one, each with a transaction of its own', async () => {
    const transactions: number[] = [];
    @Controller()
    class Readings {
      @EventPattern('reading.taken')
      taken({ value }: ReadingTaken): void {
        transactions.push(value);
      }
    }
    const cluster = new InProcessCluster();
    await plainNest({ controllers: [Readings] }, [cluster.server('readings')]);
    const readings = Array.from({ length: COUNT }, (_, value) => ({ key: 'meter', value: { value } }));
    await emitPlain(cluster, 'reading.taken', readings);
    await until(() => transactions.length === COUNT, 'all of them');
    expect(cluster.kafka.sends).toHaveLength(COUNT);
  });

  it('Minos: come in batches; the rows of a batch are gathered and commit together', async () => {
    const units: Unit[] = [];
    @Projection('readings', { version: 1, views: [ReadingRow], batchSize: COUNT })
    class Readings {
      @When(ReadingTaken)
      taken({ value }: ReadingTaken, { view, unit }: ProjectionContext): void {
        units.push(unit);
        view(ReadingRow).upsert({ id: String(value), value });
      }
    }
    const app = await minos('meter', {
      imports: [MinosModule.forFeature({ aggregates: [Meter] })],
      providers: [Meters, Readings],
    });
    await app.get<Meters>(Meters).repository.create('1', (meter) => {
      for (let value = 0; value < COUNT; value += 1) meter.apply(new ReadingTaken(value));
    });
    await until(() => units.length === COUNT, 'all of them');
    expect(new Set(units).size).toBe(1);
  });
});
