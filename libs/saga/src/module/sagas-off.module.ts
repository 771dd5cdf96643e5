import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { SagaPlansInvalidError } from '../errors/saga.errors.js';
import { SagaExplorer } from './saga.explorer.js';

@Injectable()
class SagasOff implements OnModuleInit {
  constructor(private readonly explorer: SagaExplorer) {}

  /** Throws `SAGA_PLANS_INVALID`. */
  onModuleInit(): void {
    const faults = this.explorer
      .explore()
      .map(
        ({ type }) =>
          `@Saga on ${type.name}: sagas need messaging and the buses, and something of that is off. Leave messaging: false, cqrs: false and saga: false out of the features.`,
      );
    if (faults.length > 0) throw new SagaPlansInvalidError(faults);
  }
}

/** Where sagas do not run, a definition of one is a mistake that nobody would notice. */
@Module({ imports: [DiscoveryModule], providers: [SagaExplorer, SagasOff] })
export class SagasOffModule {}
