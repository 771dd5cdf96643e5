/** Which status a code gets. Codes that are not listed: 409 for a rejection, 503 for a retryable error, 500 for any other. */
export type ProblemStatuses = Readonly<Record<string, number>>;

export const DEFAULT_PROBLEM_STATUSES: ProblemStatuses = Object.freeze({
  AGGREGATE_NOT_FOUND: 404,
  AGGREGATE_ALREADY_EXISTS: 409,
  AGGREGATE_DELETED: 410,
  CONCURRENCY_CONFLICT: 409,
  EVENT_ID_REUSED: 409,
  STREAM_CLOSED: 410,
  PAYLOAD_REFUSED: 400,
  IDEMPOTENCY_KEY_INVALID: 400,
  IDEMPOTENCY_KEY_REUSED: 422,
  IDEMPOTENCY_KEY_IN_USE: 409,
  CONSISTENCY_TOKEN_INVALID: 400,
  VIEW_QUERY_INVALID: 400,
  NOT_YET_CONSISTENT: 503,
  OVERLOADED: 503,
  OUTCOME_UNKNOWN: 503,
  DATABASE_UNAVAILABLE: 503,
  POOL_EXHAUSTED: 503,
  STATEMENT_TIMEOUT: 503,
  UNIT_OF_WORK_CLOSED: 503,
});

/** What an error of 500 and above says: its own text may name hosts or statements. */
export const SERVER_PROBLEM_DETAILS: Readonly<Record<string, string>> = Object.freeze({
  NOT_YET_CONSISTENT: 'The answer would be older than the given consistency token. Try again.',
  OVERLOADED: 'The service has more work than it can take. Nothing was stored; try again.',
  OUTCOME_UNKNOWN: 'Whether the request took effect could not be found out. Send it again with the same Idempotency-Key.',
  DATABASE_UNAVAILABLE: 'The database can not be reached at the moment. Try again.',
  POOL_EXHAUSTED: 'No database connection became free in time. Try again.',
  UNIT_OF_WORK_CLOSED: 'The service is shutting down. Try again.',
  PASSWORDS_BUSY:
    'More passwords wait to be checked than can be now. Nothing was done; send the request again after the seconds that Retry-After says.',
  OIDC_UNAVAILABLE: 'The provider to sign in with can not be reached at the moment. Try again, or sign in another way.',
});

/** What a client is told where the error's own text speaks to the author of the service. */
export const CLIENT_PROBLEM_DETAILS: Readonly<Record<string, (aggregate: string) => string>> = Object.freeze({
  AGGREGATE_NOT_FOUND: (aggregate: string) => `There is no ${aggregate}.`,
  AGGREGATE_ALREADY_EXISTS: (aggregate: string) => `The ${aggregate} exists already.`,
  AGGREGATE_DELETED: (aggregate: string) => `The ${aggregate} was deleted.`,
});
