import type { CarriedSaga } from '../contracts/saga-store.js';
import { SagaPlanChangedError, SagasLostError, SagasNotRecordedError } from '../errors/sagas-file.errors.js';
import { addSagas, checkSagas } from '../names/sagas-file.js';

export interface ExpectSagasOptions {
  /** Records new plans in the file instead of failing. @default whether MINOS_UPDATE_NAMES=1 is in the environment */
  readonly update?: boolean;
}

/**
 * Fails when a plan that `file` (`minos.sagas.json`) records is gone (`SAGAS_LOST`) or has another structure (`SAGA_PLAN_CHANGED`), also with `update`; and when the application
 * has plans that are not recorded yet (`SAGAS_NOT_RECORDED`). `sagas` is `app.get(SagaOperations)`. For any test runner; `npx minos saga check` reads the file.
 */
export function expectSagasKept(sagas: { carried(): readonly CarriedSaga[] }, file: string, options: ExpectSagasOptions = {}): void {
  const { lost, changed, added } = checkSagas(sagas.carried(), file);
  if (lost.length > 0) throw new SagasLostError(file, lost);
  if (changed.length > 0) throw new SagaPlanChangedError(file, changed);
  if (added.length === 0) return;
  if (!(options.update ?? process.env['MINOS_UPDATE_NAMES'] === '1')) throw new SagasNotRecordedError(file, added);
  addSagas(added, file);
}
