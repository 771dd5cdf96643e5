import { messageDecorator, type MessageDecorator, type QueryOptions } from './message-decorator.js';

declare const ANSWER: unique symbol;

/** A question that changes nothing: `R` is its answer, known to types only. */
export interface Query<R = unknown> {
  readonly [ANSWER]: R;
}

/** Called it decorates (`@Query('order.by-id', { owner: 'order' })`), extended it is the base class. */
export interface QueryConstructor {
  new <R = unknown>(): Query<R>;
  (name: string, options?: QueryOptions): MessageDecorator;
}

/** What the handler of a query answers. */
export type QueryResult<Q> = Q extends Query<infer R> ? R : never;

function query(name: string, options?: QueryOptions): MessageDecorator | undefined {
  return new.target ? undefined : messageDecorator('query', name, options);
}
Object.defineProperty(query, 'name', { value: 'Query' });

// The one cast: a plain function may be both called (decorator) and extended (base class); a class may not be called.
export const Query = query as unknown as QueryConstructor;
