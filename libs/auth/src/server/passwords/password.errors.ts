import { MinosError } from '@minos/common';

/** More passwords wait to be hashed than can be in reasonable time. */
export class PasswordsBusyError extends MinosError {
  readonly code = 'PASSWORDS_BUSY' as const;
  readonly retryable = true;

  constructor(waiting: number) {
    super(
      `${waiting} passwords wait to be hashed, and no more may. Nothing was done, so the client may try again after a second. Where it lasts without a flood of guesses, raise passwords.concurrency ` +
        '(where there are cores) or passwords.queue (where clients may wait), or run more replicas.',
      { details: { waiting } },
    );
  }
}
