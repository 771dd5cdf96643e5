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

/** `forFeature` stands in an application without `forRoot`. */
export class ForRootMissingError extends MinosError {
  readonly code = 'FOR_ROOT_MISSING' as const;
  readonly retryable = false;

  constructor(aggregate: string) {
    super(
      `forFeature declares the aggregate ${aggregate}, but nothing says where it is stored. Add MinosModule.forRoot({ service }) of @minos/nest ` +
        'to the imports of the root module (without @minos/nest: EventSourcingModule.forRoot() of @minos/event-sourcing/module).',
      { details: { aggregate } },
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
