import { MinosError } from '../errors/minos-error.js';

/** Two copies of this package in one process do not know each other's contexts, units and message classes. */
export class DuplicateCommonError extends MinosError {
  readonly code = 'DUPLICATE_COMMON' as const;
  readonly retryable = false;

  constructor(copies: readonly string[]) {
    super(
      `@minos/common is loaded more than once in this process:${copies.map((copy) => `\n  - ${copy}`).join('')}\n` +
        `Make all packages use one copy: give all @minos/* packages the same version, then run "npm dedupe" and look at "npm ls @minos/common".`,
      { details: { copies } },
    );
  }
}
