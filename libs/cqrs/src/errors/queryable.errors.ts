import { MinosError } from '@minos/common';

/** Queries of aggregates were asked for, and nothing projects their state. */
export class CqrsModuleMissingError extends MinosError {
  readonly code = 'CQRS_MODULE_MISSING' as const;
  readonly retryable = false;

  constructor(aggregate: string) {
    super(`${aggregate} is @Queryable(), and nothing keeps its state: take "cqrs: false" out of the features of MinosModule.forRoot().`, {
      details: { aggregate },
    });
  }
}

/** The state of a queryable aggregate is more than JSON. The projection stands before the event that led to it. */
export class AggregateStateInvalidError extends MinosError {
  readonly code = 'AGGREGATE_STATE_INVALID' as const;
  readonly retryable = false;

  constructor(aggregate: string, stream: string, cause: unknown) {
    super(
      `The state of ${aggregate} (stream ${stream}) cannot be kept as a row, because JSON cannot carry it: ${cause instanceof Error ? cause.message : String(cause)} ` +
        `Write toSnapshot() and fromSnapshot(state) in ${aggregate}, and toJSON() where the row shall show something else; then restart.`,
      { cause, details: { aggregate, stream } },
    );
  }
}
