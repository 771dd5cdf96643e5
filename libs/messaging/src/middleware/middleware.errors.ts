import { MinosError } from '@minos/common';

/** What is wrong with a part of a message. */
export interface MessageFault {
  /** `lines[0].quantity`; empty for the message as a whole. */
  readonly path: string;
  readonly message: string;
}

/** A message that nobody is to be told about does not fit the rules of its class: its key is parked at once. */
export class MessageInvalidError extends MinosError {
  readonly code = 'MESSAGE_INVALID' as const;
  readonly retryable = false;

  constructor(name: string, errors: readonly MessageFault[]) {
    const places = errors.map(({ path, message }) => `${path === '' ? 'the message' : path}: ${message}`).join('; ');
    super(`A message "${name}" does not fit its class: ${places}. Correct its producer, then edit and retry it, or discard it.`, {
      details: { name, errors },
    });
  }
}

/** A middleware went on to the handler twice. */
export class NextCalledTwiceError extends MinosError {
  readonly code = 'MIDDLEWARE_NEXT_TWICE' as const;
  readonly retryable = false;

  constructor(middleware: string) {
    super(
      `The middleware ${middleware} called next() twice: the changes of both runs would commit together. ` +
        'Throw the error on; the consumer tries again, in a new unit.',
      { details: { middleware } },
    );
  }
}

/** A message class has rules that cannot be checked without a package. */
export class ValidationPackageMissingError extends MinosError {
  readonly code = 'VALIDATION_PACKAGE_MISSING' as const;
  readonly retryable = false;

  constructor(type: string, cause: unknown) {
    super(`${type} has @ValidateNested() rules, which need the package class-transformer: npm install class-transformer`, {
      cause,
      details: { type },
    });
  }
}
