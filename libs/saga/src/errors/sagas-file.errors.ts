import { MinosError } from '@minos/common';
import type { CarriedSaga } from '../contracts/saga-store.js';

function listed(sagas: readonly CarriedSaga[]): string {
  return sagas.map(({ name, version }) => `"${name}" version ${version}`).join('; ');
}

/** A plan that was recorded is gone from the application. */
export class SagasLostError extends MinosError {
  readonly code = 'SAGAS_LOST' as const;
  readonly retryable = false;

  constructor(file: string, lost: readonly CarriedSaga[]) {
    super(
      `Sagas that ${file} records are gone from the application: ${listed(lost)}. Instances of them may live, and nobody would go on with them. Bring the classes back; ` +
        `only once "npx minos sagas list" shows no live instance in any database of the service, delete them from the file.`,
      { details: { file, lost } },
    );
  }
}

/** A plan has another structure than was recorded under its version. */
export class SagaPlanChangedError extends MinosError {
  readonly code = 'SAGA_PLAN_CHANGED' as const;
  readonly retryable = false;

  constructor(file: string, changed: readonly CarriedSaga[]) {
    super(
      `Plans have another structure than ${file} records: ${listed(changed)}. Instances of the recorded structure may live, and nobody would go on with them. ` +
        `Leave the class as it was and add the change as a new class with the next version; only if it was never released, delete it from the file and record it again.`,
      { details: { file, changed } },
    );
  }
}

/** The application has plans that the file does not record yet. */
export class SagasNotRecordedError extends MinosError {
  readonly code = 'SAGAS_NOT_RECORDED' as const;
  readonly retryable = false;

  constructor(file: string, added: readonly CarriedSaga[]) {
    super(
      `The application has sagas that ${file} does not record: ${listed(added)}. Record them by running the test once with MINOS_UPDATE_NAMES=1, and commit the file.`,
      { details: { file, added } },
    );
  }
}

/** The file that records the plans can not be read as one. */
export class SagasFileInvalidError extends MinosError {
  readonly code = 'SAGAS_FILE_INVALID' as const;
  readonly retryable = false;

  constructor(file: string, fault: string, cause?: unknown) {
    super(`${file} does not record sagas: ${fault}. A test with expectSagasKept(app.get(SagaOperations), file) writes it.`, {
      cause,
      details: { file },
    });
  }
}
