import { MinosError } from '../errors/minos-error.js';

/** One thing that is wrong with options. */
export interface OptionFault {
  /** `messaging.retry.attempts` */
  readonly path: string;
  /** What was found and what is wanted, as a sentence. */
  readonly message: string;
}

/** Options of a module or class; every fault that was found. */
export class OptionsInvalidError extends MinosError {
  readonly code = 'OPTIONS_INVALID' as const;
  readonly retryable = false;

  constructor(
    name: string,
    readonly faults: readonly OptionFault[],
  ) {
    const list = faults.map(({ path, message }) => `\n  - ${path}: ${message}`).join('');
    super(`The options of ${name} have ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:${list}`, {
      details: { name, faults },
    });
  }
}
