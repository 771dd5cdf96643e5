import type { SagaInstance } from '../contracts/saga-instance.js';

/** An instance before and after a change that is stored. `before` has revision 0 where it has just begun. */
export interface SagaChange {
  readonly before: SagaInstance;
  readonly after: SagaInstance;
}
