import type { MessageClass } from '@minos/common';
import type { SagaInstance } from '../contracts/saga-instance.js';
import type { CarriedSaga } from '../contracts/saga-store.js';
import type { SagaPlan } from '../definition/plan.js';
import type { SagaDefinition } from '../definition/saga-definition.js';

/** A saga as this process has it. */
export interface KnownSaga extends CarriedSaga {
  readonly type: MessageClass<SagaDefinition>;
  readonly plan: SagaPlan;
}

/** The plans of a process: of each saga the newest version, which new instances get, and older ones that live instances need. */
export class CarriedSagas {
  private known: readonly KnownSaga[] | undefined;

  /** `load` is called once, when something is first asked: providers are made before all of them are there. */
  constructor(private readonly load: () => readonly KnownSaga[]) {}

  get all(): readonly KnownSaga[] {
    return (this.known ??= this.load());
  }

  /** The plan of an instance, if this process has it. */
  of({ name, version, hash }: Pick<SagaInstance, 'name' | 'version' | 'hash'>): KnownSaga | undefined {
    return this.all.find((saga) => saga.name === name && saga.version === version && saga.hash === hash);
  }

  ofType(type: MessageClass<SagaDefinition>): KnownSaga | undefined {
    return this.all.find((saga) => saga.type === type);
  }

  /** The newest version. */
  named(name: string): KnownSaga | undefined {
    return this.all
      .filter((saga) => saga.name === name)
      .reduce<KnownSaga | undefined>((newest, saga) => (newest === undefined || saga.version > newest.version ? saga : newest), undefined);
  }
}
