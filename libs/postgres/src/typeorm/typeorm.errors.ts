import { MinosError } from '@minos/common';

/** The DataSource cannot share its connections. */
export class DataSourceUnusableError extends MinosError {
  readonly code = 'DATA_SOURCE_UNUSABLE' as const;
  readonly retryable = false;
}

/** A transaction inside a unit asked for an isolation level, which a savepoint cannot have. */
export class IsolationInUnitError extends MinosError {
  readonly code = 'ISOLATION_IN_UNIT' as const;
  readonly retryable = false;

  constructor(isolation: string) {
    super(
      `transaction() asked for ${isolation} inside a unit, where it is a savepoint of the unit's transaction and cannot have a level of its own. ` +
        'Leave the level out, or run it outside of the unit.',
      { details: { isolation } },
    );
  }
}
