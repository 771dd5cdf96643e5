import { MinosError } from '@minos/common';

/** A module that this one stands on is not there. */
export class SiblingMissingError extends MinosError {
  readonly code = 'SIBLING_MISSING' as const;
  readonly retryable = false;

  constructor() {
    super(
      'EventSourcingModule found no storage. Import PostgresModule.forRoot({ connectionString }) of @minos/postgres/module beside it, ' +
        "say EventSourcingModule.forRoot({ storage: 'memory' }), or import MinosModule.forRoot({ service }) of @minos/nest, which brings both.",
    );
  }
}
