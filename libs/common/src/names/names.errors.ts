import { MinosError } from '../errors/minos-error.js';

/** Two classes of one application claim one durable name. */
export class NameClashError extends MinosError {
  readonly code = 'NAME_CLASH' as const;
  readonly retryable = false;

  constructor(what: string, first: string, second: string) {
    super(
      `${what} is claimed by two classes: ${first} and ${second}. ` +
        `Give one of them another name (or, for a changed event, another version), or make sure that one module is not loaded from two places.`,
      { details: { classes: [first, second] } },
    );
  }
}

/** A durable name is not written as one. */
export class NameInvalidError extends MinosError {
  readonly code = 'NAME_INVALID' as const;
  readonly retryable = false;

  constructor(kind: string, name: unknown, className: string, fault: string) {
    super(
      `The ${kind} name ${JSON.stringify(name)} of the class ${className} ${fault}. ` +
        `Durable names look like 'order.placed': letters, digits, '-' and '_' in parts joined by dots, at most 200 characters.`,
      { details: { kind, name, className } },
    );
  }
}

/** A name or event version that was recorded has disappeared. */
export class NamesLostError extends MinosError {
  readonly code = 'NAMES_LOST' as const;
  readonly retryable = false;

  constructor(file: string, lost: readonly string[]) {
    super(
      `Durable names recorded in ${file} are gone from the application: ${lost.join('; ')}. Stored data and other services still use them. ` +
        `Give the classes their names back (an event version: bring its class back or register an upcaster); ` +
        `only if no stored data and no service knows a name any more, delete it from the file.`,
      { details: { file, lost } },
    );
  }
}

/** The application has names that the file does not record yet. */
export class NamesNotRecordedError extends MinosError {
  readonly code = 'NAMES_NOT_RECORDED' as const;
  readonly retryable = false;

  constructor(file: string, added: readonly string[]) {
    super(
      `The application has durable names that ${file} does not record: ${added.join('; ')}. ` +
        `Record them by running the test once with MINOS_UPDATE_NAMES=1, and commit the file.`,
      { details: { file, added } },
    );
  }
}
