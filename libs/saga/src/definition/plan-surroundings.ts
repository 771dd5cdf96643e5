import type { MessageClass } from '@minos/common';
import type { SagaPlan } from './plan.js';

/** Of which service the plan is, and what it can run itself. */
export interface PlanSurroundings {
  readonly service: string;
  /** Names of the commands that have a handler here; `undefined` where that is not known. */
  readonly handled: { has(name: string): boolean } | undefined;
  /** The plans of this service's sagas; `undefined` where they are not known. */
  readonly sagas?: ReadonlyMap<MessageClass, SagaPlan | undefined>;
}
