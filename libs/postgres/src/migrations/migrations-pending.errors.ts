import { MinosError } from '@minos/common';
import type { MigrationName } from './migration.js';

export class MigrationsPendingError extends MinosError {
  readonly code = 'MIGRATIONS_PENDING' as const;
  readonly retryable = false;

  /** `command` is the one that applies them. */
  constructor(pending: readonly MigrationName[], command = 'minos migrate') {
    super(
      `The database lacks ${pending.length} migrations: ${pending.map((one) => `${one.package} ${one.id}`).join(', ')}. ` +
        `Run "npx ${command}" before you start this release${command === 'minos migrate' ? ' ("npx minos sql" prints the statements)' : ''}, or set migrations: 'apply'.`,
      { details: { pending } },
    );
  }
}
