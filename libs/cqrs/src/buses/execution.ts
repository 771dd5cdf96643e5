import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryOptions } from './execute-options.js';

interface Execution {
  readonly message: object;
  readonly options: QueryOptions;
}

const storage = new AsyncLocalStorage<Execution>();

/** Runs `work`, in which {@link executionOptionsOf} tells how the message is executed. */
export function runExecution<T>(message: object, options: QueryOptions, work: () => T): T {
  return storage.run({ message, options }, work);
}

/** The options with which a bus of this process executes the message; none of what led to it count. */
export function executionOptionsOf(message: object): QueryOptions {
  const execution = storage.getStore();
  return execution?.message === message ? execution.options : {};
}
