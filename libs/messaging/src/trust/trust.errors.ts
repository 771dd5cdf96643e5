import { MinosError, PrincipalRefusedError as RefusedError } from '@minos/common';
import { shownText } from '../errors/shown-text.js';

/** A message, or the claim set it carries, is not from who it says it is from. */
export class PrincipalRefusedError extends RefusedError {
  constructor(producer: string, found: string) {
    super(
      `A message that says it comes from ${shownText(producer)} is refused: ${found}. ` +
        'If it is genuine, give this service the signing keys of that one and retry it; else discard it and find out who writes to the broker.',
      { details: { producer: producer.slice(0, 255) } },
    );
  }
}

/** A message comes from a service that may not publish it. */
export class ProducerNotOwnerError extends MinosError {
  readonly code = 'PRODUCER_NOT_OWNER' as const;
  readonly retryable = false;

  constructor(message: { readonly source: string; readonly type: string; readonly channel: string }, rule: string) {
    const { source, type, channel } = message;
    super(
      `A message ${shownText(type)} on ${shownText(channel)} comes from ${shownText(source)}: ${rule}. ` +
        'Name the owner in the option owners if it is genuine, and retry it; else discard it.',
      { details: { source: source.slice(0, 255), type: type.slice(0, 255), channel } },
    );
  }
}

/** A message cannot be sealed: this process has no key to sign for the service. */
export class SigningKeyMissingError extends MinosError {
  readonly code = 'SIGNING_KEY_MISSING' as const;
  readonly retryable = false;

  constructor(service: string, why: string) {
    super(`Nothing can be signed for the service ${shownText(service)}: ${why}`, { details: { service } });
  }
}
