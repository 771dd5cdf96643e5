import { MinosError } from '@minos/common';

/** Some changes of a unit were stored by an earlier commit, others were not: the ids were used for two different units. */
export class UnitPartlyStoredError extends MinosError {
  readonly code = 'UNIT_PARTLY_STORED' as const;
  readonly retryable = false;

  constructor(unitId: string, missing: string) {
    super(
      `The unit ${unitId} repeats changes that are stored, but its change "${missing}" is not among them. ` +
        `Use new ids for new work; repeat a unit only as a whole.`,
      { details: { unitId, missing } },
    );
  }
}

/** The database refused a row of the unit: a constraint or a value that its column cannot hold. Nothing of the unit was stored. */
export class RowRefusedError extends MinosError {
  readonly code = 'ROW_REFUSED' as const;
  readonly retryable = false;

  constructor(unitId: string, cause: Error & { code?: string; constraint?: string; table?: string }) {
    super(
      `The database refused a row of the unit ${unitId}: ${cause.message}. Nothing of it was stored; correct the data, or the constraint.`,
      {
        cause,
        details: { unitId, sqlstate: cause.code, constraint: cause.constraint, table: cause.table },
      },
    );
  }
}
