import { MinosError, PrincipalRefusedError } from '@minos/common';

/** A message, or the claim set it carries, is not from who it says it is from: `PRINCIPAL_REFUSED`. */
export class MessageRefusedError extends PrincipalRefusedError {
  constructor(producer: string, found: string) {
    const shown = JSON.stringify(producer.slice(0, 255));
    super(
      `A message that says it comes from ${shown} is refused: ${found}. If it is genuine, see why the auth service does not know its key, and retry it; else discard it.`,
      {
        details: { producer: producer.slice(0, 255) },
      },
    );
  }
}

/** Messages cannot be signed, or nothing can be said about a signature, because the auth service cannot be asked. */
export class MessageKeyUnavailableError extends MinosError {
  readonly code = 'MESSAGE_KEY_UNAVAILABLE' as const;
  readonly retryable = true;

  constructor(what: string, why: string) {
    super(`${what}: ${why}. See that AUTH_URL leads to the auth service, that it runs, and that MINOS_SERVICE_SECRET is the one it knows.`);
  }
}
