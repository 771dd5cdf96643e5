import { MinosError } from '@minos/common';

/** Something that messages need is not there. */
export class MessagingStorageMissingError extends MinosError {
  readonly code = 'MESSAGING_STORAGE_MISSING' as const;
  readonly retryable = false;

  constructor() {
    super(
      'MessagingModule found no storage for outbox and inbox. Import PostgresModule.forRoot({ connectionString }) of @minos/postgres/module beside it, ' +
        'or import MinosModule.forRoot({ service }) of @minos/nest, which brings both.',
    );
  }
}

/** The chosen broker lacks what it is reached by. */
export class BrokerNotConfiguredError extends MinosError {
  readonly code = 'BROKER_NOT_CONFIGURED' as const;
  readonly retryable = false;

  constructor(kind: 'postgres' | 'kafka') {
    const cure =
      kind === 'kafka'
        ? 'Set KAFKA_BROKERS=host:port,… or the option broker.kafka: { brokers: ["host:port"] }.'
        : 'Set BROKER_URL=postgres://…/minos_broker or the option broker.url.';
    super(`The broker is "${kind}", but nothing says where it is. ${cure}`, { details: { kind } });
  }
}

/** Nothing would prove who sent a message. */
export class SigningKeysMissingError extends MinosError {
  readonly code = 'SIGNING_KEYS_MISSING' as const;
  readonly retryable = false;

  constructor(service: string) {
    super(
      `The service ${service} has no keys to sign messages with and NODE_ENV is production: anybody who can write to the broker could speak for any service. ` +
        'Set MINOS_SIGNING_KEYS, the option messaging.trust.keys or AuthModule.forRoot({ messages: true }), or say messaging.trust.unsigned: true.',
    );
  }
}

/** Handlers that cannot be what their decorators say. */
export class HandlersInvalidError extends MinosError {
  readonly code = 'HANDLERS_INVALID' as const;
  readonly retryable = false;

  constructor(service: string, faults: readonly string[]) {
    super(`The message handlers of the service ${service} do not fit:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`, {
      details: { faults },
    });
  }
}
