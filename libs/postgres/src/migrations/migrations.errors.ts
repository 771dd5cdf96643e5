import { MinosError } from '@minos/common';

export type MigrationErrorCode = 'MIGRATION_CHANGED' | 'MIGRATION_OUT_OF_ORDER' | 'MIGRATION_SET_INVALID' | 'MIGRATION_FAILED';

/** An applied migration reads differently now. */
export class MigrationChangedError extends MinosError {
  readonly code = 'MIGRATION_CHANGED' as const;
  readonly retryable = false;
}

/** A migration that was not applied stands before one that was. */
export class MigrationOutOfOrderError extends MinosError {
  readonly code = 'MIGRATION_OUT_OF_ORDER' as const;
  readonly retryable = false;
}

/** A set has a duplicate, an empty migration or a name that is none. */
export class MigrationSetError extends MinosError {
  readonly code = 'MIGRATION_SET_INVALID' as const;
  readonly retryable = false;
}

/** The server refused a statement of a migration; that migration was rolled back, those before it stay. */
export class MigrationFailedError extends MinosError {
  readonly code = 'MIGRATION_FAILED' as const;
  readonly retryable = false;
}
