import type { SagaPlan } from './plan.js';

/** The base of sagas: a provider with a plan. */
export abstract class SagaDefinition<S = unknown> {
  abstract readonly plan: SagaPlan<S>;
}
