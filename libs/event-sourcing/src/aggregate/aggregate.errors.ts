import { MinosError } from '@minos/common';

/** An aggregate's class does not fit together; found at boot, all faults at once. */
export class AggregateInvalidError extends MinosError {
  readonly code = 'AGGREGATE_INVALID' as const;
  readonly retryable = false;

  constructor(className: string, faults: readonly string[]) {
    super(`The aggregate ${className} cannot be used:\n${faults.map((fault) => `- ${fault}`).join('\n')}`, {
      details: { className, faults },
    });
  }
}

/** An aggregate was used outside the unit it was loaded in. */
export class AggregateDetachedError extends MinosError {
  readonly code = 'AGGREGATE_DETACHED' as const;
  readonly retryable = false;

  constructor(className: string, stream: string, attempted: string) {
    super(
      `${attempted} was called on the ${className} of stream ${stream} outside the unit that it was loaded in, where nothing would store the events. ` +
        `Change aggregates inside repository.update(id, (aggregate) => …), and load them anew in each unit.`,
      { details: { className, stream } },
    );
  }
}

/** `streamOf` was asked about an aggregate that no repository made. */
export class AggregateUnboundError extends MinosError {
  readonly code = 'AGGREGATE_UNBOUND' as const;
  readonly retryable = false;

  constructor(className: string) {
    super(`This ${className} was made with "new" and belongs to no stream. Get it from its repository: create(), update() or load().`, {
      details: { className },
    });
  }
}
