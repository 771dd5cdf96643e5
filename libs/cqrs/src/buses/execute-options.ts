import type { AskOptions } from '@minos/messaging';
import { AsyncContext } from '@nestjs/cqrs';

/** How a message is executed. Those of a request count where another service owns the message. */
export interface ExecuteOptions extends AskOptions {
  /** For handlers in request scope. @default that of the message, else a new one */
  readonly context?: AsyncContext;
}

/** The second argument of `execute`, as @nestjs/cqrs takes it or as we do. */
export function readExecuteOptions(given: AsyncContext | ExecuteOptions | undefined): ExecuteOptions {
  return given instanceof AsyncContext ? { context: given } : (given ?? {});
}
