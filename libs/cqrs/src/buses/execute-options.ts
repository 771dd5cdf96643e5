import type { AskOptions } from '@minos/messaging';
import type { AtLeastOptions } from '../consistency/read-consistency.js';
import { AsyncContext } from '@nestjs/cqrs';

/** How a message is executed. Those of a request count where another service owns the message. */
export interface ExecuteOptions extends Omit<AskOptions, 'extensions'> {
  /** For handlers in request scope. @default that of the message, else a new one */
  readonly context?: AsyncContext;
}

/** How a query is executed. */
export interface QueryOptions extends ExecuteOptions, AtLeastOptions {}

/** Asks for the consistency token beside the result. */
export interface TokenOptions extends ExecuteOptions {
  readonly token: true;
}

/** What a command gave, with the place in the store that a query must have seen to show it. */
export interface Executed<R> {
  readonly result: R;
  /** Opaque: for `atLeast` of queries, and the header `Minos-Consistency`. `undefined` where nothing was stored. */
  readonly token: string | undefined;
}

/** The second argument of `execute`, as @nestjs/cqrs takes it or as we do. */
export function readExecuteOptions<O extends ExecuteOptions>(given: AsyncContext | O | undefined): Partial<O> & ExecuteOptions {
  return given instanceof AsyncContext ? ({ context: given } as Partial<O> & ExecuteOptions) : (given ?? ({}));
}
