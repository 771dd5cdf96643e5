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

/** Two subscriptions of one application would share a checkpoint. */
export class SubscriptionNameTakenError extends MinosError {
  readonly code = 'SUBSCRIPTION_NAME_TAKEN' as const;
  readonly retryable = false;

  constructor(name: string) {
    super(
      `EventSubscriptions.add() was called twice with the name "${name}", and the name is that of the checkpoint. Give each subscription its own.`,
      {
        details: { name },
      },
    );
  }
}
