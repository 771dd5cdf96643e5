import { Event } from '@minos/common';
import { Projection, type ProjectionContext, View, When } from '@minos/cqrs';
import { MinosModule } from '@minos/nest';
import { type DynamicModule, Module } from '@nestjs/common';
import { EVENT_TYPE } from '../event-store/sample-event.js';

@Event(EVENT_TYPE, { version: 1 })
class Sample {}

@View('samples')
export class SampleRow {
  readonly id!: string;
  readonly version!: number;
  readonly sample!: object;
}

/** One upsert for each event. */
@Projection('samples', { version: 1, views: [SampleRow] })
class Samples {
  @When(Sample)
  happened(sample: Sample, { recorded, view }: ProjectionContext): void {
    view(SampleRow).upsert({ id: recorded.stream, version: recorded.version, sample: { ...sample } });
  }
}

/** A service with nothing but that projection. */
@Module({})
export class SampleService {
  static on(url: string): DynamicModule {
    return {
      module: SampleService,
      imports: [
        MinosModule.forRoot({
          service: 'bench',
          database: { url },
          features: { messaging: false, http: false, health: false, metrics: false },
        }),
        MinosModule.forFeature({ messages: [Sample] }),
      ],
      providers: [Samples],
    };
  }
}
