import { MinosError } from '@minos/common';
import type { MigrationName } from './migration.js';

export class MigrationsPendingError extends MinosError {
  readonly code = 'MIGRATIONS_PENDING' as const;
  readonly retryable = false;

  constructor(pending: readonly MigrationName[]) {
    super(
      `The database lacks ${pending.length} migrations: ${pending.map((one) => `${one.package} ${one.id}`).join(', ')}. ` +
        'Run "npx minos migrate" before you start this release ("npx minos sql" prints the statements), or set migrations: \'apply\'.',
      { details: { pending } },
    );
  }
}
