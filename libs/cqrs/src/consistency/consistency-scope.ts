import { AsyncLocalStorage } from 'node:async_hooks';
import type { AtLeastOptions } from './at-least-options.js';

/** Waits until a projection is as new as the query asks for. */
export type AwaitProjection = (projection: string) => Promise<void>;

interface Scope {
  readonly wait: AwaitProjection;
  readonly wanted: AtLeastOptions;
}

const scope = new AsyncLocalStorage<Scope | undefined>();

/** What reads views in `work` waits first. Each projection is waited for once. */
export function runInConsistencyScope<T>(wanted: AtLeastOptions, wait: AwaitProjection, work: () => T): T {
  const waiting = new Map<string, Promise<void>>();
  const once = (projection: string): Promise<void> => {
    const known = waiting.get(projection) ?? wait(projection);
    waiting.set(projection, known);
    return known;
  };
  return scope.run({ wanted, wait: once }, work);
}

/** What reads views in `work` waits for nothing but what a query in it asks for itself. */
export function outsideConsistencyScope<T>(work: () => T): T {
  return scope.run(undefined, work);
}

/** How new the query that is answered here wants its views; empty where it has not said. */
export function wantedConsistency(): AtLeastOptions {
  return scope.getStore()?.wanted ?? {};
}

/** Resolves at once where no query has said how new it wants the view. Rejects with `NOT_YET_CONSISTENT`. */
export async function asNewAsWanted(projection: string): Promise<void> {
  await scope.getStore()?.wait(projection);
}
