import { MinosError } from '@minos/common';

/** Something was asked of a resource that nobody can do. */
export class ResourceRequestInvalidError extends MinosError {
  readonly code = 'RESOURCE_REQUEST_INVALID' as const;
  readonly retryable = false;

  constructor(what: string, fault: string) {
    super(`${what} cannot be asked for: ${fault}.`, { details: { fault } });
  }
}

/** Nobody said for whom. */
export class ResourceHolderMissingError extends MinosError {
  readonly code = 'RESOURCE_HOLDER_MISSING' as const;
  readonly retryable = false;

  constructor(what: string) {
    super(
      `${what} was asked for outside the command of a saga, so nobody knows for whom. Call it in the handler of a command that a saga has sent, in the open unit, ` +
        `or name the holder: reserve(resource, { holder: { holder: 'import-17', age: Date.now() } }).`,
    );
  }
}

export class ResourceStorageMissingError extends MinosError {
  readonly code = 'RESOURCE_STORAGE_MISSING' as const;
  readonly retryable = false;

  constructor() {
    super(
      'There is nowhere to keep resources: they need MinosModule with storage and messaging. Leave messaging: false out of the features.',
    );
  }
}
