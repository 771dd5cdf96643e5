import { MinosError } from '../errors/minos-error.js';

/** A message came (or would go) with attributes that are not those of an envelope. */
export class EnvelopeInvalidError extends MinosError {
  readonly code = 'ENVELOPE_INVALID' as const;
  readonly retryable = false;

  constructor(readonly faults: readonly string[]) {
    super(
      `The message has no valid CloudEvents 1.0 envelope: ${faults.join('; ')}. Its producer has to be corrected; the message can be parked.`,
      {
        details: { faults },
      },
    );
  }
}
