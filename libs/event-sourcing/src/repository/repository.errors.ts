import { MinosError } from '@minos/common';
import type { MinosErrorOptions } from '@minos/common';

/** No stream of this id has an event. */
export class AggregateNotFoundError extends MinosError {
  readonly code = 'AGGREGATE_NOT_FOUND' as const;
  readonly retryable = false;

  constructor(name: string, id: string) {
    super(`There is no ${name} "${id}". Check the id; repository.find(id) answers undefined instead, repository.create(id, …) makes one.`, {
      details: { aggregate: name, id },
    });
  }
}

/** `create` met an aggregate that is there already. */
export class AggregateAlreadyExistsError extends MinosError {
  readonly code = 'AGGREGATE_ALREADY_EXISTS' as const;
  readonly retryable = false;

  constructor(name: string, id: string, version: number) {
    super(`The ${name} "${id}" exists already, at version ${version}. Choose another id, or change it with repository.update(id, …).`, {
      details: { aggregate: name, id, version },
    });
  }
}

/** The aggregate was deleted: its stream is closed by a tombstone, and its id is not used again. */
export class AggregateDeletedError extends MinosError {
  readonly code = 'AGGREGATE_DELETED' as const;
  readonly retryable = false;

  constructor(name: string, id: string, options: MinosErrorOptions = {}) {
    super(`The ${name} "${id}" was deleted. Its events can still be read with store.read(); its id is not used again.`, {
      ...options,
      details: { aggregate: name, id },
    });
  }
}

/** A handler of the aggregate threw while its stored events were folded. */
export class FoldFailedError extends MinosError {
  readonly code = 'FOLD_FAILED' as const;
  readonly retryable = false;

  constructor(className: string, event: { readonly type: string; readonly stream: string; readonly version: number }, cause: unknown) {
    super(
      `${className} cannot be loaded: its handler of the stored event ${event.type} (stream ${event.stream}, version ${event.version}) threw. ` +
        `Handlers refuse nothing; make this one cope with every event that was ever stored, or write an upcaster for it.`,
      { cause, details: { stream: event.stream, version: event.version, type: event.type } },
    );
  }
}
