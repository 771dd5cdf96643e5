import { MinosError } from '@minos/common';

/** Durable sagas that cannot be what their decorators say. */
export class SagasInvalidError extends MinosError {
  readonly code = 'SAGAS_INVALID' as const;
  readonly retryable = false;

  constructor(faults: readonly string[]) {
    super(`The durable sagas of this service do not fit:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`, { details: { faults } });
  }
}

/** A durable saga emitted a command that cannot be stored. */
export class SagaCommandUnnamedError extends MinosError {
  readonly code = 'SAGA_COMMAND_UNNAMED' as const;
  readonly retryable = false;

  constructor(saga: string, command: string) {
    super(
      `The durable saga ${saga} emitted ${command}, which has no durable name, so it cannot be enqueued. Write @Command('…', { owner: '<service>' }) on ` +
        `${command}, or keep the saga in the process: @Saga({ continuous: true }).`,
      { details: { saga, command } },
    );
  }
}

/** A durable saga returned no stream. */
export class SagaStreamMissingError extends MinosError {
  readonly code = 'SAGA_STREAM_MISSING' as const;
  readonly retryable = false;

  constructor(saga: string) {
    super(`The durable saga ${saga} returned no Observable. Return the stream of its commands; EMPTY where there are none.`, {
      details: { saga },
    });
  }
}
